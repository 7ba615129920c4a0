// Edges as they are written, to a replica or to a whole service, and the edges to single replicas that they stand for.

import type { TargetEdge } from "../core/target.ts";
import type { DataPath } from "../language/yaml-nodes.ts";
import type { TargetFile } from "./target-schema.ts";

/** Where the name of a replica goes in the variable of an edge to a service: `inference-1` becomes `INFERENCE_1`. */
export const replicaPlace = "{REPLICA}";

export interface WrittenEdge extends TargetEdge {
  /** Where it is written. */
  readonly path: DataPath;
}

/** Every edge to a replica. One that is written to a service stands for an edge to each of its replicas. */
export function edgesIn({ edges, services }: TargetFile): readonly WrittenEdge[] {
  return edges.flatMap(({ from, to, address_env: written, via }, index) => {
    const path = ["edges", index];
    const ends = { path, from, ...(via !== undefined && { via }) };
    const replicas = services.find(({ name }) => name === to)?.replicas ?? [];
    // Without a variable it is the name that is called, of one replica or of a whole service.
    if (written === undefined) {
      const isOne = replicas.length === 0 || replicas.some(({ id }) => id === to);
      return isOne ? [{ ...ends, to }] : replicas.map(({ id }) => ({ ...ends, to: id }));
    }
    if (!written.includes(replicaPlace)) return [{ ...ends, to, addressEnv: written }];
    return replicas.map(({ id }) => ({ ...ends, to: id, addressEnv: filled(written, id) }));
  });
}

function filled(variable: string, replica: string): string {
  return variable.replaceAll(replicaPlace, replica.toUpperCase().replaceAll("-", "_"));
}

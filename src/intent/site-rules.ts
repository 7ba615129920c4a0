// What must be true of the sites of disturbances: services, callers and edges that the target has.

import { siteName } from "../core/controls.ts";
import type { Target, TargetService } from "../core/target.ts";
import type { FaultItem } from "./disturbance-items.ts";
import type { Draft } from "./draft.ts";
import { suggestName } from "../core/nearest.ts";
import type { DataPath } from "../language/yaml-nodes.ts";

interface Selected {
  readonly on: NonNullable<FaultItem["on"]>;
  readonly target: Target;
}

/** Checks that the service, the caller and the edge of a selector are there. */
export function checkSelector(draft: Draft, path: DataPath, { on, target }: Selected): void {
  const [name, namePath] = "edge" in on ? [on.edge.to, ["edge", "to"]] : [on.replica_of, ["replica_of"]];
  const service = target.services.find((candidate) => candidate.name === name);
  if (!service) {
    const known = target.services.map((candidate) => candidate.name);
    const owner = target.services.find(({ replicas }) => replicas.some(({ id }) => id === name))?.name;
    reportUnknown(draft, [...path, ...namePath], { what: "service", name, known, of: target.name, owner });
  }
  if ("edge" in on) checkEdge(draft, [...path, "edge"], { edge: on.edge, target, service });
}

interface Unknown {
  readonly what: string;
  readonly name: string;
  readonly known: readonly string[];
  readonly of: string;
  /** The service, where the name is that of a replica. */
  readonly owner?: string | undefined;
}

/** Reports a name of nothing in the target. */
export function reportUnknown(draft: Draft, path: DataPath, { what, name, known, of, owner }: Unknown): void {
  // Sites are named by role, so that no intent depends on who is there today.
  const hint =
    owner === undefined ? suggestName(name, known) : `${name} is a replica: name its service, ${owner}, and a count`;
  const problem = { code: "RB0409" as const, found: `unknown ${what} "${name}"`, expected: `a ${what} of ${of}` };
  draft.report(path, hint === undefined ? problem : { ...problem, suggestion: hint });
}

interface EdgeCheck {
  readonly edge: { readonly from: string; readonly to: string; readonly via?: string | undefined };
  readonly target: Target;
  readonly service: TargetService | undefined;
}

function checkEdge(draft: Draft, path: DataPath, { edge, target, service }: EdgeCheck): void {
  const callers = target.services.flatMap(({ name, replicas }) => [name, ...replicas.map(({ id }) => id)]);
  if (!callers.includes(edge.from)) {
    reportUnknown(draft, [...path, "from"], { what: "caller", name: edge.from, known: callers, of: target.name });
    return;
  }
  if (!service) return;
  const from = target.services.find(({ name }) => name === edge.from);
  const callerIds = [edge.from, ...(from?.replicas ?? []).map(({ id }) => id)];
  const reached = target.edges.filter(
    (candidate) => callerIds.includes(candidate.from) && service.replicas.some(({ id }) => id === candidate.to),
  );
  if (reached.some(({ via }) => via === edge.via)) return;
  const ways = reached.flatMap(({ via }) => via ?? []);
  if (edge.via !== undefined && reached.length > 0) {
    const known = [...new Set(ways)];
    reportUnknown(draft, [...path, "via"], { what: "way", name: edge.via, known, of: `${edge.from} to ${edge.to}` });
    return;
  }
  const known = [
    ...new Set(
      target.edges.map(({ from: edgeFrom, to: replica, via }) =>
        siteName({ service: "", replica, edgeFrom, ...(via !== undefined && { via }) }),
      ),
    ),
  ];
  draft.report(path, {
    code: "RB0410",
    found: `no edge from ${edge.from} to ${edge.to}`,
    expected: `an edge of ${target.name}`,
    ...(known.length === 0 ? {} : { suggestion: `known: ${known.slice(0, 10).join(", ")}` }),
  });
}

// Names of containers that run already, taken over for a trial and given back. A name is changed by leaving a network
// and joining it again: connections to the container end, and its address may be another one afterwards.

import { randomBytes } from "node:crypto";
import { HarnessError } from "../../core/errors.ts";
import type { Target } from "../../core/target.ts";
import type { UndoJournal } from "../../core/undo.ts";
import { removeCompose } from "./compose-start.ts";
import { containerNow } from "./containers.ts";
import type { Engine } from "./engine.ts";
import type { NameEdges } from "./name-edges.ts";
import { givenNames, lackingIn, rename } from "./names.ts";
import type { Project } from "./project.ts";
import { entryOf, type NamesWay } from "./ways.ts";

export function newMarker(): string {
  return randomBytes(8).toString("hex");
}

interface Taking {
  readonly project: Project;
  readonly target: Target;
  readonly edges: NameEdges;
  readonly marker: string;
  readonly journal: UndoJournal;
}

/** What gives them all back, in the order in which they were taken: it names what could not be given back. */
type GiveBack = () => Promise<readonly string[]>;

/** Each is in the journal before it is taken. `onTaken` is told what gives it back, before it is taken. */
export async function takeNames(taking: Taking, onTaken: (back: GiveBack) => void): Promise<void> {
  const { project, target, edges, marker, journal } = taking;
  const { engine } = project;
  const seen = await project.look();
  for (const edge of target.edges) {
    const container = seen.find(({ replica }) => replica === edge.to)?.container;
    if (container === undefined) throw new HarnessError("environment", `${edge.to} has no container`);
    const networks = givenNames(container).filter(({ names }) => names.length > 0);
    if (networks.length === 0) {
      throw new HarnessError("environment", `container ${container.name} has no name in a network to take over`, {
        hint: `only user-defined networks have names; leave the edge from ${edge.from} out of target.yaml`,
      });
    }
    const plain = networks.map((one) => ({ ...one, names: [...one.names] }));
    const way = { kind: "names", engine: engine.host, marker, container: container.id, networks: plain } as const;
    const seq = await journal.intend(entryOf(way));
    onTaken(async () => {
      const left = await giveNamesBack(engine, way);
      if (left.length === 0) await journal.done(seq);
      return left;
    });
    await rename(
      engine,
      container,
      networks.map((one) => ({ ...one, names: [] })),
    );
    const free = await containerNow(engine, container.id);
    if (free !== undefined)
      await edges.take(
        edge,
        free,
        networks.map(({ network, names }) => ({ network, names })),
      );
  }
}

/** Harmless when it has them, or is gone. Names what could not be removed. */
export async function giveNamesBack(
  engine: Engine,
  { marker, container: id, networks }: NamesWay,
): Promise<readonly string[]> {
  const left = await removeCompose(engine, marker);
  const container = await containerNow(engine, id);
  if (container === undefined) return left;
  await rename(engine, container, lackingIn(container, networks));
  return left;
}

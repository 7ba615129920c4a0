// Who calls whom, as far as it was seen, and the ways through it. Pure.
import type { Situation } from "../pathways/pathway.ts";
import type { Dependencies } from "../orchestration/cone.ts";

/** A service that calls another. */
export interface Edge {
  readonly from: string;
  readonly to: string;
}

/** How many calls away each service is that `from` reaches; itself at 0. */
export function distancesFrom(from: string, graph: Dependencies): ReadonlyMap<string, number> {
  const distances = new Map([[from, 0]]);
  // A map's entries that are added meanwhile are visited too: the nearest first.
  for (const [service, distance] of distances) {
    for (const called of graph.get(service) ?? []) {
      if (!distances.has(called)) distances.set(called, distance + 1);
    }
  }
  return distances;
}

/** The shortest way down from one service to another; null when there is none, empty when they are the same. */
export function wayDown(from: string, to: string, graph: Dependencies): readonly Edge[] | null {
  const distances = distancesFrom(from, graph);
  if (!distances.has(to)) return null;
  const way: Edge[] = [];
  for (let at = to; at !== from;) {
    const before = (distances.get(at) ?? 0) - 1;
    const caller = [...graph].find(([name, called]) => called.has(at) && distances.get(name) === before)?.[0];
    if (caller === undefined) return null;
    way.unshift({ from: caller, to: at });
    at = caller;
  }
  return way;
}

/** Services that call others and are called by nobody: where users come in. */
export function entriesOf(graph: Dependencies): readonly string[] {
  const called = new Set([...graph.values()].flatMap((some) => [...some]));
  return [...graph.keys()].filter((service) => !called.has(service));
}

/** Share of the services which this one calls, near or far, that have no sick replica; 1 when it calls none. */
export function healthBelow(service: string, graph: Dependencies, { replicas, sick }: Situation): number {
  const below = [...distancesFrom(service, graph)].filter(([, distance]) => distance > 0).map(([name]) => name);
  const isWell = (name: string): boolean =>
    !replicas.some((entry) => entry.service === name && (sick.has(entry.replica) || sick.has(name)));
  return below.length === 0 ? 1 : below.filter(isWell).length / below.length;
}

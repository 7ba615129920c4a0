// From what is loud to what is sick: signals, edges of the service graph, recent changes. The root is the deepest sick
// service on the way down, not the one that complains most. Pure.
import { scopeKey } from "../nouns.ts";
import type { Change, Evidence, Incident, Scope, Signal, Suspicion } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import type { Dependencies } from "../orchestration/cone.ts";
import { signalNamed } from "../signals/table.ts";
import { distancesFrom, entriesOf, wayDown } from "./service-graph.ts";
import type { Edge } from "./service-graph.ts";

/** What is known around an incident. */
export interface Around {
  /** Null: nobody could say who calls whom. */
  readonly graph: Dependencies | null;
  /** What stands against any place of the stack now. */
  readonly standing: readonly Suspicion[];
  /** What was changed, in any order; null: nobody could say. */
  readonly changes: readonly Change[] | null;
  /** The calendar's time now, ms since 1970. */
  readonly now: number;
}

/** The evidence path of an incident, from where users come in to its root. */
export function trace(incident: Pick<Incident, "scope" | "signals">, around: Around): Evidence {
  const { scope, signals } = incident;
  const graph: Dependencies = around.graph ?? new Map();
  const below = signals.every(mayComeFromBelow) ? deepestSick(scope, graph, around.standing) : undefined;
  const root = below?.scope ?? scope;
  const edges = edgesTo(scope, root, graph);
  return {
    root,
    signals: below === undefined ? signals : [...signals, ...below.signals],
    edges,
    changes: relevant(around.changes ?? [], root, edges, around.now),
  };
}

/** The signals of the root alone: they say of what class it is. */
export function signalsAtRoot({ root, signals }: Evidence): readonly Signal[] {
  return signals.filter((signal) => scopeKey(signal.scope) === scopeKey(root));
}

/** The path in one sentence. */
export function pathInWords({ root, edges, changes }: Evidence): string {
  const services = edges.length === 0 ? [root.service] : [edges[0]?.from ?? "", ...edges.map(({ to }) => to)];
  const way = root.replica === undefined || services.at(-1) === root.replica ? services : [...services, root.replica];
  const minutes = NUMBERS.classification.changesBackMs / 60_000;
  const changed =
    changes.length === 0
      ? `no change on the way was seen in the last ${minutes} min`
      : `changed there: ${changes.map((one) => `${one.what} by ${one.by} at ${one.at}`).join(", ")}`;
  return `evidence path ${way.join(" → ")}; ${changed}`;
}

function mayComeFromBelow({ name }: Signal): boolean {
  return signalNamed(name).fromBelow === true;
}

/** Of the sick places that the service reaches the one with no sick place below it; the farthest of several. */
function deepestSick(scope: Scope, graph: Dependencies, standing: readonly Suspicion[]): Suspicion | undefined {
  const distances = distancesFrom(scope.service, graph);
  const isBelow = (one: Suspicion): boolean => (distances.get(one.scope.service) ?? 0) > 0;
  const sick = standing.filter(isBelow);
  const isRoot = (one: Suspicion): boolean => {
    if (one.signals.some((signal) => !mayComeFromBelow(signal))) return true;
    const deeper = distancesFrom(one.scope.service, graph);
    return !sick.some(({ scope: other }) => (deeper.get(other.service) ?? 0) > 0);
  };
  const own = ({ signals }: Suspicion): number => (signals.every(mayComeFromBelow) ? 0 : 1);
  return sick
    .filter(isRoot)
    .toSorted(
      (a, b) =>
        own(b) - own(a) ||
        (distances.get(b.scope.service) ?? 0) - (distances.get(a.scope.service) ?? 0) ||
        (scopeKey(a.scope) < scopeKey(b.scope) ? -1 : 1),
    )[0];
}

/** From where users come in, through the place that is loud, down to the root. */
function edgesTo(loud: Scope, root: Scope, graph: Dependencies): readonly Edge[] {
  const down = wayDown(loud.service, root.service, graph) ?? [];
  const ways = entriesOf(graph)
    .map((entry) => wayDown(entry, loud.service, graph))
    .filter((way) => way !== null)
    .toSorted((a, b) => a.length - b.length);
  return [...(ways[0] ?? []), ...down];
}

/** Changes to the root and to the services on the way, the newest first. */
function relevant(changes: readonly Change[], root: Scope, edges: readonly Edge[], now: number): readonly Change[] {
  const { changesBackMs, changesKept } = NUMBERS.classification;
  const services = new Set(edges.flatMap(({ from, to }) => [from, to]));
  const onTheWay = ({ scope }: Change): boolean => {
    if (scope === undefined) return true;
    if (scope.service !== root.service) return services.has(scope.service);
    return scope.replica === undefined || root.replica === undefined || scope.replica === root.replica;
  };
  return changes
    .filter((change) => onTheWay(change) && now - Date.parse(change.at) <= changesBackMs)
    .toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))
    .slice(0, changesKept);
}

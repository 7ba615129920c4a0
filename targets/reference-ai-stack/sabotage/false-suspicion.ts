// For the defects that see what is not there: when the stack is up, and a suspicion out of thin air.
import type { Observation, ReplicaEntry, Suspicion } from "../healer/nouns.ts";
import type { SignalName } from "../healer/signals/table.ts";

/** The stack is up and its users have been served for a while by then, ms since the healer's first look. */
export const CALM_AFTER_MS = 6000;

/** Of a replica, or of the whole stack, that something is wrong with it. */
export function falseSuspicion(name: SignalName, scope: Suspicion["scope"]): Suspicion {
  const signal = { name, scope, says: "2 hard misses in 400 ms, the last: no process in the inventory" };
  return { scope, signals: [signal] };
}

/** The roll-call among what was seen; undefined when there was none. */
export function rollCallIn(observations: readonly Observation[]): readonly ReplicaEntry[] | undefined {
  return observations.findLast((seen) => seen.kind === "roll-call")?.replicas;
}

// Signals of the target's own are as old as their server makes them.

import type { TrialPlan } from "../../records/plan.ts";

type Signal = NonNullable<TrialPlan["targetFacts"]["stateProbes"][number]["signal"]>;

/** The signal that lags behind most, so that who rests on it cannot detect faster; undefined when none does. */
export function slowestSignal({ targetFacts }: Pick<TrialPlan, "targetFacts">): Signal | undefined {
  const lagging = targetFacts.stateProbes.flatMap(({ signal }) => (signal && signal.freshMs > 0 ? [signal] : []));
  return lagging.toSorted((a, b) => b.freshMs - a.freshMs)[0];
}

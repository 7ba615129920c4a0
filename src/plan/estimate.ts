// How long a trial will probably take, for the progress display and `rebound plan`. An estimate, never a limit.

import { isTreated } from "../core/arms.ts";
import type { TrialPlan } from "../records/plan.ts";
import type { Ms } from "../core/units.ts";

/** Starting a fresh stack, and ending it with cleaning up; measured on the reference stack on 2 cores. */
export const stackStartMs: Ms = 4000;
const teardownMs: Ms = 2000;

/** Wall time expected for one trial, in ms. */
export function estimateTrialMs(plan: Omit<TrialPlan, "estimateMs">): Ms {
  const { load, injectAfterMs } = plan;
  return stackStartMs + load.warmupMs + load.baselineMs + injectAfterMs + observingMs(plan) + teardownMs;
}

/**
 * A treated trial ends once recovery has held, as a rule well before τ: after 4 to 7 s where 12 to 15 s were allowed,
 * on the reference stack. All others are watched to the end.
 */
function observingMs({ arm, expect, watchMs, holdMs, disturbances }: Omit<TrialPlan, "estimateMs">): Ms {
  // What has a time is waited for, and what comes of it for one hold.
  const last = Math.max(0, ...disturbances.map(({ timing }) => (timing?.atMs ?? 0) + (timing?.forMs ?? 0)));
  const scheduledMs = last === 0 ? 0 : Math.min(watchMs, last + holdMs);
  if (isTreated(arm) && expect.recovered) return Math.max(scheduledMs, Math.min(watchMs, watchMs / 4 + holdMs));
  return watchMs;
}

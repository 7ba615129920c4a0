// How late the harness may be before a trial says nothing any more: asked by the rule afterwards, and by the governor before.

import type { Ms, Share } from "../core/units.ts";
import type { TrialPlan } from "../core/plan.ts";
import { lateSendMs } from "./load-facts.ts";

/** Lateness that widened marks can carry: this share of the shorter of window and `slow_over`. Beyond it the trial says nothing. */
const lagShare: Share = 1 / 4;

type Paced = {
  readonly steady: Pick<TrialPlan["steady"], "windowMs">;
  readonly load: Pick<TrialPlan["load"], "slowOverMs">;
};

/** All but 1 % of the requests must be sent within this of their intended time, ms. */
export function bearableSendLagMs({ steady, load }: Paced): Ms {
  return Math.max(lateSendMs, lagShare * Math.min(steady.windowMs, load.slowOverMs));
}

/** Windows are the unit in which anything is said: timers later than half of one for 5 % of the time blur them, ms. */
export function bearableTimerLagMs({ steady }: Paced): Ms {
  return steady.windowMs / 2;
}

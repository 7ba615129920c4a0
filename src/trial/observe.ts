// Decides when enough was seen: recovered and held and declared, or the time fixed before the run is over.

import { declarationGraceMs, longestFaultMs } from "../core/blast-radius.ts";
import type { TrialFacts } from "../records/facts/facts.ts";
import type { TrialPlan } from "../records/plan.ts";
import type { Ms } from "../core/units.ts";
import { factsOf } from "../measure/facts/measure-trial.ts";
import { claimMarks } from "../measure/marks/claim-marks.ts";
import { faultSites } from "../measure/marks/sites.ts";
import { pause } from "./pause.ts";
import type { Schedule } from "./scheduler.ts";
import { hasSettled, type Instant } from "./settled.ts";
import type { TrialState } from "./state.ts";

/**
 * The timeline is looked at this often, ms: what was seen later than it could be is time that the trial took for
 * nothing.
 */
const lookEveryMs: Ms = 100;
/** Looking must not keep this process from its other work: after a look it rests at least so many times as long. */
const restFactor = 10;

/** Watches from injection until there is nothing left to see; see `enough` for when that is. */
export async function observe(state: TrialState, schedule: Schedule): Promise<void> {
  const { clock } = state.deps;
  const start = clock.now();
  let tookMs = 0;
  while (!state.signal.aborted) {
    await pause(Math.max(lookEveryMs, restFactor * tookMs), state.signal);
    const now = clock.now();
    if (schedule.hasFailed() || enough(state, schedule, { start, now })) return;
    tookMs = clock.now() - now;
  }
}

/** After a revert without recovery: does the stack come back now that the fault is gone (waited out)? */
export async function watchAfterRevert(state: TrialState): Promise<void> {
  const { clock } = state.deps;
  const until = clock.now() + state.plan.holdMs + 2 * state.plan.steady.windowMs + declarationGraceMs;
  while (!state.signal.aborted && clock.now() < until) {
    const now = clock.now();
    const facts = look(state);
    if (facts.recovery === "healed" || facts.recovery === "waited-out") return;
    await pause(Math.max(lookEveryMs, restFactor * (clock.now() - now)), state.signal);
  }
}

function look(state: TrialState): TrialFacts {
  return factsOf(state.recorder.seen());
}

function enough(state: TrialState, schedule: Schedule, { start, now }: { start: Ms; now: Ms }): boolean {
  const { plan } = state;
  const facts = look(state);
  const { t0, t7 } = facts.marks;
  // Where the first disturbance comes later, so does the time that is watched.
  const watchedMs = now - Math.max(start, t0?.at ?? start);
  const overtime = watchedMs - plan.watchMs;
  // Whatever there is still to see: no fault stays longer than the plan said.
  if (!plan.expect.heldFire && watchedMs >= longestFaultMs(plan)) return true;
  if (isStillDisturbing(schedule, plan, { overtime, now })) return false;
  if (plan.expect.heldFire) return overtime >= 0;
  const { awaits = false } = t0 && t7 ? claimMarks(state.recorder.seen().timeline, faultSites(plan), t0.lo) : {};
  return hasSettled(facts, plan, { overtime, now, awaits });
}

/** Is a disturbance under way, to come, or so fresh that what it does is not seen yet? */
function isStillDisturbing(schedule: Schedule, plan: TrialPlan, { overtime, now }: Instant): boolean {
  if (!schedule.isSettled() && overtime < declarationGraceMs) return true;
  if (schedule.isWaiting() && overtime < 0) return true;
  // What comes after the last change of ours is what the trial is about.
  return !plan.expect.heldFire && overtime < 0 && now - (schedule.changedAt() ?? -Infinity) < plan.holdMs;
}

// Whether a trial has anything left to wait for.

import { declarationGraceMs } from "../core/blast-radius.ts";
import { streamsOf } from "../core/streams.ts";
import type { Ms } from "../core/units.ts";
import type { TrialFacts } from "../records/facts/facts.ts";
import type { TrialPlan } from "../records/plan.ts";

/** An instant, and the time since the one that was allowed is over (below 0: before), both ms. */
export interface Instant {
  readonly now: Ms;
  readonly overtime: Ms;
  /** t7 may still move: another incident that was open then has not ended. */
  readonly awaits?: boolean;
}

type Seen = Pick<TrialFacts, "marks" | "windows">;
type Awaited = Pick<TrialPlan, "expect" | "holdMs" | "watchMs" | "steady" | "load">;

/** Recovered, held and declared; or it is certain that whatever comes now comes too late. */
export function hasSettled(facts: Seen, plan: Awaited, { overtime, now, awaits = false }: Instant): boolean {
  const { t0, t6: recovered } = facts.marks;
  if (recovered !== undefined) {
    if (now - recovered.at < (plan.expect.recovered?.staysMs ?? 0)) return false;
    if (mayStillDetect(facts, plan, now)) return false;
    const isDeclared = facts.marks.t7 !== undefined && !awaits;
    return isDeclared || now - recovered.at - plan.holdMs >= declarationGraceMs;
  }
  if (overtime < 0) return false;
  // A bad window that ended after the time allowed settles it: whatever comes now comes too late. One that was not seen
  // does not: it may have been good.
  const last = facts.windows.findLast(({ state }) => state === "bad");
  const tooLate = last !== undefined && last.to > (t0?.at ?? now) + plan.watchMs;
  return tooLate || overtime >= longestDoubtMs(facts, plan);
}

/** For so long after the time allowed it may be unclear whether the recovery came within it, ms. */
function longestDoubtMs({ windows }: Seen, { holdMs, steady: { windowMs }, load }: Awaited): Ms {
  const heldMs = holdMs + 3 * windowMs;
  if (!windows.some(({ undecided }) => undecided)) return heldMs;
  // What is open now is decided when its user gives up.
  return Math.max(heldMs, Math.max(...streamsOf(load).map(({ timeoutMs }) => timeoutMs)) + 2 * windowMs);
}

/** A detection that is expected has not come, and has time left: a fault that users do not feel is over at once. */
function mayStillDetect({ marks: { t0, t2 } }: Seen, { expect, steady }: Awaited, now: Ms): boolean {
  const within = expect.detected?.withinMs;
  return within !== undefined && t2 === undefined && t0 !== undefined && now < t0.hi + within + steady.windowMs;
}

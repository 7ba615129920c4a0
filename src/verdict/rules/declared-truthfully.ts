// A healer that calls itself recovered while users still suffer is worse than a silent one.

import { isTreated, hasNoOps } from "../../core/arms.ts";
import type { Rule, TrialRecord } from "../../core/verdict.ts";
import { periodsOf } from "../../measure/windows/timeline-view.ts";
import type { TrialFacts } from "../../records/facts/facts.ts";
import type { Mark } from "../../records/interval.ts";
import type { Finding } from "../../records/results/outcome.ts";
import { feedGap } from "../feed-gap.ts";
import { disturbance } from "../observation.ts";
import { seconds } from "../wording.ts";

/**
 * t7 must not lie before t6; intervals that overlap cannot be called false. Declaring nothing is no lie, and is said.
 * The arms whose actions are no-ops ask the same while the stack stays broken, up to our revert: a healer that looks
 * before it speaks has nothing to declare there.
 *
 * A false declaration needs nothing more than to have been heard. That there was none needs the feed over [t0, t6],
 * since from t6 on any declaration is true; where there is no t6 to the end of the trial, in arms whose actions are
 * no-ops to our revert.
 */
export const declaredTruthfully: Rule = (record, facts) => {
  const { plan, timeline } = record;
  const trial = disturbance(record, facts);
  if (!isAsked(record, facts) || trial === undefined) return null;
  const ablated = hasNoOps(plan.arm);
  const { t6, t7 } = facts.marks;
  const end = ablated ? trial.until : (periodsOf(timeline)?.end ?? trial.until);
  const trueFrom = Math.min(end, t6?.lo ?? end);
  if (t7 === undefined || (ablated && t7.at > trial.until)) {
    const gap = feedGap(timeline, trial.since, trueFrom);
    if (gap !== undefined)
      return { outcome: "inconclusive", says: `no declaration was heard, but ${gap}`, restsOn: [] };
    return { outcome: "pass", says: "the healer declared nothing", restsOn: [] };
  }
  return compared(t7, facts, () => feedGap(timeline, trial.since, Math.min(trueFrom, t7.at)));
};

function isAsked({ plan }: TrialRecord, { recovery }: TrialFacts): boolean {
  // One that recovered although the action did nothing is the matter of by-declared-pathway.
  const stayedBroken = recovery === "not-recovered" || recovery === "waited-out";
  // That an alarm is over is no word of the healer's.
  if (plan.targetFacts.alarmsOnly === true) return false;
  return plan.targetFacts.hasFeed && (isTreated(plan.arm) || (hasNoOps(plan.arm) && stayedBroken));
}

/** A declaration that was heard, beside the recovery. `gapBefore`: what of the feed before it is missing. */
function compared(t7: Mark, facts: TrialFacts, gapBefore: () => string | undefined): Omit<Finding, "rule"> {
  const { t6 } = facts.marks;
  const declared = `declared recovered at ${seconds(t7.at)}`;
  if (facts.recovery === "unseen" || facts.recovery === "not-disturbed") {
    const says = `${declared}, but we saw no breach that it could be compared with`;
    return { outcome: "inconclusive", says, restsOn: [t7.at] };
  }
  if (t6 === undefined)
    return { outcome: "fail", says: `false declaration: ${declared}, and it never was`, restsOn: [t7.at], at: t7.at };
  const early = t7.hi < t6.lo;
  const says = `${early ? "false declaration: " : ""}${declared}, it was at ${seconds(t6.at)}`;
  const restsOn = [t7.at, t6.at];
  if (early) return { outcome: "fail", says, restsOn, at: t7.at };
  const before = gapBefore();
  if (before === undefined) return { outcome: "pass", says, restsOn };
  return { outcome: "inconclusive", says: `${says}, but ${before}: an earlier declaration may be missing`, restsOn };
}

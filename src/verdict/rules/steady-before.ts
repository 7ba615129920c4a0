// Nothing can be learnt from breaking what was not whole: the steady state must have held before the injection.

import { isControl } from "../../core/arms.ts";
import type { Rule, TrialRecord } from "../../core/verdict.ts";
import type { TrialFacts } from "../../records/facts/facts.ts";
import type { WindowFact } from "../../records/facts/windows.ts";
import { firstBadRun } from "../../measure/windows/runs.ts";
import { steadinessOf } from "../../measure/windows/steadiness.ts";
import { firstAction } from "../actions.ts";
import { feedGap } from "../feed-gap.ts";
import { observationOf } from "../observation.ts";
import { unseenWhy } from "../unseen.ts";
import { breach, stretch } from "../wording.ts";

/**
 * Over all windows of the baseline; fails on as many bad ones as make an impact. In arms with nothing to repair the
 * users' steady state must hold to the end as well (else the anomaly was not benign), unless the healer acted first:
 * then it may have broken it, and held-fire says so.
 *
 * Needs the windows of the baseline, and in those arms the windows and the feed up to the first breach: who cannot hear
 * the healer cannot say that it did nothing.
 */
export const steadyBefore: Rule = (record, facts) => {
  const observation = observationOf(record, facts);
  if (observation === undefined) {
    return { outcome: "inconclusive", says: "the trial never came to a baseline", restsOn: [] };
  }
  const { steady, arm } = record.plan;
  const before = facts.windows.filter((window) => window.to <= observation.since);
  const steadiness = steadinessOf(before, steady);
  if (steadiness.state === "broken") {
    const says = `before the injection ${breach(steadiness.at, steady.conditions, facts)}`;
    return { outcome: "fail", says, restsOn: [steadiness.at.from, steadiness.at.to] };
  }
  if (steadiness.state === "unseen") {
    const unseen = before.filter((window) => window.state === "unseen").length;
    const why = unseenWhy(before);
    const says = `${unseen} of ${before.length} windows before the injection could not be seen${why && `: ${why}`}`;
    return { outcome: "inconclusive", says, restsOn: [observation.baselineFrom] };
  }
  const hurt = isControl(arm) ? hurtUntouched(record, facts, observation.until) : undefined;
  if (hurt !== undefined) {
    const says = `there was nothing to repair, yet ${breach(hurt, steady.conditions, facts)}`;
    const restsOn = [hurt.from, hurt.to];
    const gap = record.plan.targetFacts.hasFeed
      ? feedGap(record.timeline, observation.baselineFrom, hurt.to)
      : undefined;
    if (gap === undefined) return { outcome: "fail", says, restsOn };
    return { outcome: "inconclusive", says: `${says}; whether the healer did it cannot be told: ${gap}`, restsOn };
  }
  const to = before.at(-1)?.to ?? observation.since;
  const says = `the steady state held in ${before.length} windows over ${stretch({ from: observation.baselineFrom, to })}`;
  return { outcome: "pass", says, restsOn: [observation.baselineFrom, to] };
};

/** First window of an impact on users that no action of the healer preceded. */
function hurtUntouched(record: TrialRecord, facts: TrialFacts, until: number): WindowFact | undefined {
  const windows = facts.windows.filter((window) => window.to <= until);
  const window = windows[firstBadRun(windows, "users", record.plan.steady, 0) ?? -1];
  const action = firstAction(record, facts);
  return window !== undefined && (action === undefined || action.at > window.to) ? window : undefined;
}

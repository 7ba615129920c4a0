// Did the healer notice, where it happened, soon enough?

import type { Rule, TrialFacts, TrialRecord } from "../../core/verdict.ts";
import { faultSites } from "../../measure/sites.ts";
import { formatSpan } from "../../measure/spans.ts";
import { eventsOf } from "../../measure/timeline-view.ts";
import { budgetWords, withinBudget } from "../budget.ts";
import { notFelt } from "../felt.ts";
import { disturbance, feedGap } from "../observation.ts";
import { places, seconds } from "../wording.ts";

/**
 * MTTD against `detected.within`, as intervals. What a cut feed may have hidden is inconclusive, never a miss. A target without
 * a feed is judged by its first observable action on the site. Of an effect that never took the steady state away there was nothing to
 * notice: not to have noticed it is no miss either.
 */
export const detectedInTime: Rule = (record, facts) => {
  const { plan, timeline } = record;
  const expected = plan.expect.detected;
  const trial = disturbance(record, facts);
  if (plan.arm !== "treatment" || expected === undefined || trial === undefined) return null;
  const { t0, since, until } = trial;
  const { mttd } = facts;
  const mark = plan.targetFacts.hasFeed ? facts.marks.t2 : facts.marks.t4;
  if (mttd === undefined || mark === undefined) {
    const unfelt = notFelt(record, facts, { t0, until });
    if (unfelt === undefined) return undetected(record, facts, { watchedMs: until - t0.hi, since, until });
    return { outcome: "inconclusive", says: `no detection was heard, but ${unfelt}`, restsOn: [t0.at] };
  }
  const outcome = withinBudget(mttd, expected.withinMs);
  const says = `detected after ${formatSpan(mttd)} (${mttd.formula}), ${budgetWords[outcome]} ${seconds(expected.withinMs)}`;
  const unfelt = outcome === "fail" ? notFelt(record, facts, { t0, until: mark.at }) : undefined;
  if (unfelt !== undefined)
    return { outcome: "inconclusive", says: `${says}, but ${unfelt}`, restsOn: [t0.at, mark.at] };
  const gap = plan.targetFacts.hasFeed && outcome === "fail" ? feedGap(timeline, since, mark.at) : undefined;
  if (gap !== undefined) {
    return {
      outcome: "inconclusive",
      says: `${says}, but ${gap}: an earlier claim may be missing`,
      restsOn: [t0.at, mark.at],
    };
  }
  return { outcome, says, restsOn: [t0.at, mark.at] };
};

function undetected(
  record: TrialRecord,
  facts: TrialFacts,
  { watchedMs, since, until }: { watchedMs: number; since: number; until: number },
): ReturnType<Rule> {
  const { plan, timeline } = record;
  const withinMs = plan.expect.detected?.withinMs ?? 0;
  const site = places(faultSites(plan));
  const restsOn = facts.marks.t0 === undefined ? [] : [facts.marks.t0.at];
  if (!plan.targetFacts.hasFeed) {
    const says = `not detected: the target publishes no feed, and no action on ${site} was seen in ${seconds(watchedMs)}`;
    return watchedMs < withinMs ? tooShort(watchedMs, withinMs) : { outcome: "fail", says, restsOn };
  }
  const gap = feedGap(timeline, since, until);
  if (gap !== undefined) return { outcome: "inconclusive", says: `no detection was heard, but ${gap}`, restsOn };
  if (watchedMs < withinMs) return tooShort(watchedMs, withinMs);
  const elsewhere = eventsOf(timeline, "claim").filter((event) => event.claim.type === "detected" && event.at >= since);
  const wrong = elsewhere.length === 0 ? "" : ` (${elsewhere.length} elsewhere)`;
  const says = `not detected: no incident on ${site} was claimed in ${seconds(watchedMs)}${wrong}, allowed ${seconds(withinMs)}`;
  return { outcome: "fail", says, restsOn: [...restsOn, ...elsewhere.map((event) => event.at)] };
}

function tooShort(watchedMs: number, withinMs: number): ReturnType<Rule> {
  const says = `not detected in ${seconds(watchedMs)}, but ${seconds(withinMs)} are allowed: watched too briefly`;
  return { outcome: "inconclusive", says, restsOn: [] };
}

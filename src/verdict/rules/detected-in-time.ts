// Did the healer notice, where it happened, soon enough?

import { isTreated } from "../../core/arms.ts";
import type { Rule, TrialRecord } from "../../core/verdict.ts";
import type { TrialFacts } from "../../records/facts/facts.ts";
import type { Span } from "../../records/interval.ts";
import { claimMarks } from "../../measure/marks/claim-marks.ts";
import { isMoved } from "../../measure/marks/injection.ts";
import { faultSites } from "../../measure/marks/sites.ts";
import { formatSpan } from "../../measure/marks/spans.ts";
import { slowestSignal } from "../../measure/windows/signals.ts";
import { eventsOf } from "../../measure/windows/timeline-view.ts";
import { budgetWords, withinBudget } from "../budget.ts";
import { dueBy, notFelt } from "../felt.ts";
import { feedGap } from "../feed-gap.ts";
import { disturbance } from "../observation.ts";
import { places, seconds } from "../wording.ts";

/**
 * MTTD against `detected.within`, as intervals. What a cut feed may have hidden is inconclusive, never a miss. Without
 * a feed MTTD is not observed: an action in time tells that it was detected in time, a late one or none tells nothing.
 * Of an effect that never took the steady state away there was nothing to notice: not to have noticed it is no miss
 * either, unless no recovery is expected.
 *
 * Needs the feed over [t0, t0 + allowed] (of an effect that was felt later, up to that much after it was): what was
 * missed by then stays missed whatever is lost later; what was heard in time needs no more.
 */
export const detectedInTime: Rule = (record, facts) => {
  const { plan, timeline } = record;
  const expected = plan.expect.detected;
  const trial = disturbance(record, facts);
  if (!isTreated(plan.arm) || expected === undefined || trial === undefined) return null;
  const { t0, since, until } = trial;
  const dueAt = dueBy(record, facts, t0);
  if (!plan.targetFacts.hasFeed) return unobserved(facts, { withinMs: expected.withinMs, watchedMs: until - t0.hi });
  const { mttd } = facts;
  const mark = facts.marks.t2;
  if (mttd === undefined || mark === undefined) {
    const unfelt = notFelt(record, facts, { t0, until });
    if (unfelt === undefined) return undetected(record, facts, { since, until, dueAt });
    return { outcome: "inconclusive", says: `no detection was heard, but ${unfelt}`, restsOn: [t0.at] };
  }
  const outcome = withinBudget(mttd, expected.withinMs);
  const early =
    mark.at < t0.hi && isMoved(t0, record)
      ? `; before we had confirmed the effect, so t0 is the first harmful act`
      : "";
  const says = `detected after ${formatSpan(mttd)} (${mttd.formula}), ${budgetWords[outcome]} ${seconds(expected.withinMs)}${early}${notFaster(record, since, mttd)}`;
  const unfelt = outcome === "fail" ? notFelt(record, facts, { t0, until: mark.at }) : undefined;
  if (unfelt !== undefined)
    return { outcome: "inconclusive", says: `${says}, but ${unfelt}`, restsOn: [t0.at, mark.at] };
  const gap = outcome === "fail" ? feedGap(timeline, since, Math.min(mark.at, dueAt)) : undefined;
  if (gap !== undefined) {
    return {
      outcome: "inconclusive",
      says: `${says}, but ${gap}: an earlier claim may be missing`,
      restsOn: [t0.at, mark.at],
    };
  }
  return { outcome, says, restsOn: [t0.at, mark.at], ...(outcome === "fail" && { at: dueAt }) };
};

/** Nobody says when it was detected; who acts has noticed. */
function unobserved(
  { firstAction, marks: { t0, t4 } }: TrialFacts,
  { withinMs, watchedMs }: { readonly withinMs: number; readonly watchedMs: number },
): ReturnType<Rule> {
  const unsaid = "MTTD is not observed: the target says nothing of what it detects";
  const restsOn = [t0?.at, t4?.at].filter((at) => at !== undefined);
  if (firstAction === undefined)
    return { outcome: "inconclusive", says: `${unsaid}, and no action was seen in ${seconds(watchedMs)}`, restsOn };
  const outcome = withinBudget(firstAction, withinMs) === "pass" ? "pass" : "inconclusive";
  const first = `its first action seen from outside came after ${formatSpan(firstAction)} (${firstAction.formula})`;
  const bound = outcome === "pass" ? "so it was detected" : "which does not tell whether it was detected";
  return { outcome, says: `${unsaid}; ${first}, ${bound} within ${seconds(withinMs)}`, restsOn };
}

/** Where a detection took less than signals may be old: those it rests on, else those that it cannot have had. */
function notFaster({ plan, timeline }: TrialRecord, since: number, mttd: Span): string {
  const { freshMs = 0 } = claimMarks(timeline, faultSites(plan), since);
  const bound = (ms: number): string => `this loop cannot detect faster than ${seconds(ms)} from these signals`;
  if (freshMs > mttd.lo) return `; it rests on signals that may be ${seconds(freshMs)} old: ${bound(freshMs)}`;
  const slowest = slowestSignal(plan);
  if (slowest === undefined || slowest.freshMs <= mttd.hi) return "";
  return `; it cannot have been by ${slowest.preset}: ${bound(slowest.freshMs)}`;
}

function undetected(
  record: TrialRecord,
  facts: TrialFacts,
  { since, until, dueAt }: { since: number; until: number; dueAt: number },
): ReturnType<Rule> {
  const { plan, timeline } = record;
  const withinMs = plan.expect.detected?.withinMs ?? 0;
  const watchedMs = until - (facts.marks.t0?.hi ?? since);
  const site = places(faultSites(plan));
  const restsOn = facts.marks.t0 === undefined ? [] : [facts.marks.t0.at];
  const gap = feedGap(timeline, since, Math.min(dueAt, until));
  if (gap !== undefined) return { outcome: "inconclusive", says: `no detection was heard, but ${gap}`, restsOn };
  if (watchedMs < withinMs) return tooShort(watchedMs, withinMs);
  const elsewhere = eventsOf(timeline, "claim").filter(
    (event) => event.claim.type === "detected" && event.at >= since && event.at <= until,
  );
  const wrong = elsewhere.length === 0 ? "" : ` (${elsewhere.length} elsewhere)`;
  const says = `not detected: no incident on ${site} was claimed in ${seconds(watchedMs)}${wrong}, allowed ${seconds(withinMs)}`;
  return { outcome: "fail", says, restsOn: [...restsOn, ...elsewhere.map((event) => event.at)], at: dueAt };
}

function tooShort(watchedMs: number, withinMs: number): ReturnType<Rule> {
  const says = `not detected in ${seconds(watchedMs)}, but ${seconds(withinMs)} are allowed: watched too briefly`;
  return { outcome: "inconclusive", says, restsOn: [] };
}

// Was the steady state back for good, by the healer, soon enough?

import { shareText } from "../../core/text.ts";
import { isTreated } from "../../core/arms.ts";
import type { Rule, TrialRecord } from "../../core/verdict.ts";
import type { TrialFacts } from "../../records/facts/facts.ts";
import type { Mark } from "../../records/interval.ts";
import { firstBadRun, mayHaveHeld } from "../../measure/windows/runs.ts";
import { unservedIn } from "../../measure/windows/served.ts";
import { formatSpan } from "../../measure/marks/spans.ts";
import { streamWords } from "../../core/streams.ts";
import { budgetWords, withinBudget } from "../budget.ts";
import { disturbance, windowsIn } from "../observation.ts";
import { breach, seconds, stretch } from "../wording.ts";

type Answer = ReturnType<Rule>;

/**
 * MTTR against `recovered.within`, as intervals; a relapse takes the recovery back.
 *
 * Needs the windows over [t0, t0 + allowed + hold]: when no row of windows that can have begun in time can have held,
 * it was not in time, whatever was not seen later. Then only those of the watch for a relapse.
 */
export const recoveredInTime: Rule = (record, facts) => {
  const { plan } = record;
  const expected = plan.expect.recovered;
  const trial = disturbance(record, facts);
  if (!isTreated(plan.arm) || expected === undefined || trial === undefined) return null;
  const { t0, until } = trial;
  const dueAt = t0.hi + expected.withinMs;
  if (facts.recovery === "not-disturbed") {
    const says = `${neverBroke(record, facts, { t0, until })}, so there was nothing to recover from`;
    return { outcome: "inconclusive", says, restsOn: [t0.at] };
  }
  if (facts.recovery === "unseen") {
    const late = tooLate(record, facts, { t0, until });
    if (late !== undefined) return late;
    return { outcome: "inconclusive", says: "too few windows were seen to say whether it recovered", restsOn: [t0.at] };
  }
  const { t6 } = facts.marks;
  if (facts.recovery !== "healed" || t6 === undefined || facts.mttr === undefined) {
    return notRecovered(record, facts, { t0, until });
  }
  if (facts.relapse.at !== undefined) return relapsed(record, facts, t6);
  const outcome = withinBudget(facts.mttr, expected.withinMs);
  const watched = `${seconds(facts.relapse.watchedMs)} of ${seconds(facts.relapse.wantedMs)} watched for a relapse`;
  const says = `recovered after ${formatSpan(facts.mttr)} (${facts.mttr.formula}), ${budgetWords[outcome]} ${seconds(expected.withinMs)}; ${watched}`;
  return { outcome, says, restsOn: [t0.at, t6.at], ...(outcome === "fail" && { at: dueAt }) };
};

interface Watched {
  readonly t0: Mark;
  readonly until: number;
}

/** What was not seen is said: who saw half of the windows has not seen that it never broke. */
function neverBroke({ plan: { steady } }: TrialRecord, facts: TrialFacts, { t0, until }: Watched): string {
  const { badAfter, badOf } = steady;
  const run = badOf === undefined ? `${badAfter} windows` : `${badAfter} of ${badOf} windows`;
  const watched = windowsIn(facts, t0.lo, until);
  const unseen = watched.filter(({ state }) => state === "unseen").length;
  return unseen === 0
    ? `the steady state never broke for ${run}`
    : `the steady state was not seen to break for ${run} (${unseen} of ${watched.length} windows were not seen)`;
}

/** The answer where much was not seen, yet enough to know that it was not in time; undefined when it may have been. */
function tooLate({ plan }: TrialRecord, facts: TrialFacts, { t0, until }: Watched): Answer | undefined {
  const withinMs = plan.expect.recovered?.withinMs ?? 0;
  const dueAt = t0.hi + withinMs;
  const windows = windowsIn(facts, t0.lo, until);
  const broke = firstBadRun(windows, "state", plan.steady, 0);
  if (broke === undefined || mayHaveHeld(windows.slice(broke), plan.holdMs, dueAt)) return undefined;
  const bad = windows.findLast(({ state }) => state === "bad");
  if (bad === undefined) return undefined;
  const says = `not recovered in ${seconds(withinMs)}, which are allowed: ${breach(bad, plan.steady.conditions, facts)}`;
  return { outcome: "fail", says, restsOn: [t0.at, bad.from], at: dueAt };
}

function relapsed({ plan }: TrialRecord, facts: TrialFacts, t6: Mark): Answer {
  const at = facts.relapse.at?.at ?? t6.at;
  const window = facts.windows.find((candidate) => candidate.from >= at - 1e-6);
  const what = window === undefined ? "" : `: ${breach(window, plan.steady.conditions, facts)}`;
  const says = `recovered at ${seconds(t6.at)} and relapsed at ${seconds(at)}${what}`;
  return { outcome: "fail", says, restsOn: [t6.at, at], at };
}

function notRecovered({ plan }: TrialRecord, facts: TrialFacts, { t0, until }: { t0: Mark; until: number }): Answer {
  const withinMs = plan.expect.recovered?.withinMs ?? 0;
  const watchedMs = until - t0.at;
  const under = windowsIn(facts, t0.at, until);
  const lastNotGood = under.findLast((window) => window.state !== "good");
  const goodSince = lastNotGood?.to ?? until;
  if (watchedMs < withinMs || goodSince <= t0.at + withinMs) {
    const says = `not recovered and held in ${seconds(watchedMs)} of watching, too briefly for ${seconds(withinMs)} and a hold of ${seconds(plan.holdMs)}`;
    return { outcome: "inconclusive", says, restsOn: [t0.at] };
  }
  const bad = under.findLast((window) => window.state === "bad");
  const unserved = under.findLast(({ values }) => unservedIn(values, facts.baseline) !== undefined);
  const { stream, badShare = 0 } = unservedIn(unserved?.values ?? {}, facts.baseline) ?? {};
  const what =
    bad !== undefined
      ? breach(bad, plan.steady.conditions, facts)
      : unserved === undefined
        ? "no window held"
        : `no condition of the steady state broke, but ${streamWords(stream)} were not served: ${shareText(badShare)} of the requests were bad in ${stretch(unserved)}`;
  const says = `not recovered in ${seconds(watchedMs)} (allowed ${seconds(withinMs)}): ${what}`;
  return { outcome: "fail", says, restsOn: bad === undefined ? [t0.at] : [t0.at, bad.from], at: t0.hi + withinMs };
}

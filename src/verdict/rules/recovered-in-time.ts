// Was the steady state back for good, by the healer, soon enough?

import type { Mark, Rule, TrialFacts, TrialRecord } from "../../core/verdict.ts";
import { formatSpan } from "../../measure/spans.ts";
import { budgetWords, withinBudget } from "../budget.ts";
import { disturbance, windowsIn } from "../observation.ts";
import { breach, seconds } from "../wording.ts";

type Answer = ReturnType<Rule>;

/** MTTR against `recovered.within`, as intervals; a relapse takes the recovery back. */
export const recoveredInTime: Rule = (record, facts) => {
  const { plan } = record;
  const expected = plan.expect.recovered;
  const trial = disturbance(record, facts);
  if (plan.arm !== "treatment" || expected === undefined || trial === undefined) return null;
  const { t0, until } = trial;
  if (facts.recovery === "not-disturbed") {
    const says = `the steady state never broke for ${windowsText(plan)}, so there was nothing to recover from`;
    return { outcome: "inconclusive", says, restsOn: [t0.at] };
  }
  if (facts.recovery === "unseen") {
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
  return { outcome, says, restsOn: [t0.at, t6.at] };
};

function windowsText({ steady }: TrialRecord["plan"]): string {
  return steady.badOf === undefined ? `${steady.badAfter} windows` : `${steady.badAfter} of ${steady.badOf} windows`;
}

function relapsed({ plan }: TrialRecord, facts: TrialFacts, t6: Mark): Answer {
  const at = facts.relapse.at?.at ?? t6.at;
  const window = facts.windows.find((candidate) => candidate.from >= at - 1e-6);
  const what = window === undefined ? "" : `: ${breach(window, plan.steady.conditions, facts)}`;
  const says = `recovered at ${seconds(t6.at)} and relapsed at ${seconds(at)}${what}`;
  return { outcome: "fail", says, restsOn: [t6.at, at] };
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
  const what = bad === undefined ? "no window held" : breach(bad, plan.steady.conditions, facts);
  const says = `not recovered in ${seconds(watchedMs)} (allowed ${seconds(withinMs)}): ${what}`;
  return { outcome: "fail", says, restsOn: bad === undefined ? [t0.at] : [t0.at, bad.from] };
}

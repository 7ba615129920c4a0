// Was the error budget kept, and did nothing happen that must never happen?

import { isComparison, isTreated } from "../../core/arms.ts";
import type { Rule, TrialRecord } from "../../core/verdict.ts";
import type { TrialFacts } from "../../records/facts/facts.ts";
import type { Outcome } from "../../records/results/outcome.ts";
import { compileConditions, scopeOf } from "../../measure/windows/conditions.ts";
import { observationOf, windowsIn } from "../observation.ts";
import type { Observation } from "../observation.ts";
import { figure, observed, stretch } from "../wording.ts";

interface Part {
  readonly outcome: Outcome;
  readonly says: string;
  readonly restsOn: readonly number[];
}

/**
 * Error-budget burn over [t1, t6] against `max_burn` (treatment), and every `never` expression in every window since
 * the injection: in all arms but those whose stack is left broken on purpose.
 *
 * Needs the requests over [t1, t6]; what must never be and was seen needs nothing more, that it never was needs half of
 * the windows.
 */
export const budgetKept: Rule = (record, facts) => {
  const { arm } = record.plan;
  const observation = observationOf(record, facts);
  if (isComparison(arm) || observation === undefined) return null;
  if (isTreated(arm) && facts.marks.t0 === undefined) return null;
  const burn = isTreated(arm) ? burnt(record, facts) : [];
  const parts = [...burn, ...neverSeen(record, facts, observation)];
  if (parts.length === 0) return null;
  const decisive =
    parts.find((part) => part.outcome === "fail") ?? parts.find((part) => part.outcome === "inconclusive");
  if (decisive !== undefined) return decisive;
  return {
    outcome: "pass",
    says: parts.map((part) => part.says).join("; "),
    restsOn: parts.flatMap((part) => part.restsOn),
  };
};

function burnt({ plan }: TrialRecord, facts: TrialFacts): Part[] {
  const { budget } = plan.expect;
  if (budget === undefined) return [];
  const { t0, t1, t6 } = facts.marks;
  const restsOn = [t1?.at ?? t0?.at, t6?.at].filter((at) => at !== undefined);
  if (facts.burn === undefined) {
    return [{ outcome: "inconclusive", says: "no request settled while the budget was at stake", restsOn }];
  }
  const { bad, expected, burn } = facts.burn;
  const says = `${bad} of ${expected} requests were bad, a burn of ${figure(burn)} (bound: ${figure(budget.maxBurn)} at SLO ${figure(budget.slo)})`;
  return [{ outcome: burn <= budget.maxBurn ? "pass" : "fail", says, restsOn }];
}

function neverSeen({ plan }: TrialRecord, facts: TrialFacts, trial: Observation): Part[] {
  const windows = windowsIn(facts, trial.since, trial.until);
  return compileConditions(plan.expect.never).map((condition): Part => {
    const asked = windows.map((window) => ({
      window,
      answer: condition.evaluate(scopeOf(window.values, facts.baseline)),
    }));
    const hit = asked.find(({ answer }) => answer.ok && answer.value === true);
    if (hit !== undefined) {
      const values = observed(condition.expression, hit.window.values, facts.baseline);
      const says = `${values} in ${stretch(hit.window)}, which must never be (${condition.expression})`;
      return { outcome: "fail", says, restsOn: [hit.window.from] };
    }
    const seen = asked.filter(({ answer }) => answer.ok).length;
    if (seen * 2 < asked.length || seen === 0) {
      const says = `“${condition.expression}” could be asked in ${seen} of ${asked.length} windows only`;
      return { outcome: "inconclusive", says, restsOn: [] };
    }
    return { outcome: "pass", says: `never “${condition.expression}” in ${seen} windows`, restsOn: [] };
  });
}

// Parts of a made-up run: findings, trials, and what is concluded of an intent.

import type { TrialPlan } from "../../src/records/plan.ts";
import type { TimelineEvent } from "../../src/records/timeline/event.ts";
import type { TrialFacts } from "../../src/records/facts/facts.ts";
import type { Span } from "../../src/records/interval.ts";
import type { Finding, TrialOutcome } from "../../src/records/results/outcome.ts";
import type { IntentResult } from "../../src/records/results/run-result.ts";
import type { TrialResult } from "../../src/records/results/trial-result.ts";
import { incidentFacts } from "../../src/measure/conduct/incidents.ts";
import { honestyOf } from "../../src/measure/conduct/honesty.ts";
import { summariseTimes } from "../../src/measure/statistics/summarise-times.ts";
import { summariseHonesty } from "../../src/verdict/honesty-summary.ts";
import { T0 } from "./sample-trial.ts";

export function finding(rule: string, outcome: Finding["outcome"], says: string): Finding {
  return { rule, outcome, says, restsOn: [T0] };
}

export function trial(
  plan: TrialPlan,
  facts: TrialFacts,
  outcome: TrialOutcome,
  findings: readonly Finding[],
): TrialResult {
  return { plan, facts, verdict: { outcome, findings } };
}

export function honestly(plan: TrialPlan, facts: TrialFacts, timeline: readonly TimelineEvent[]): TrialFacts {
  const honesty = honestyOf({ plan, timeline }, facts);
  const stretch = { since: facts.marks.t0?.lo ?? 0, until: Math.max(...timeline.map(({ at }) => at)) };
  const incidents = incidentFacts({ plan, timeline }, stretch);
  return { ...facts, ...(incidents && { incidents }), ...(honesty && { honesty }) };
}

export function intentOf(
  trials: readonly TrialResult[],
  extra: Pick<IntentResult, "outcome" | "says"> & Partial<IntentResult>,
): IntentResult {
  const first = trials[0];
  if (!first) throw new Error("a sample intent needs a trial");
  const honesty = summariseHonesty(trials);
  const headline = (span: Span | undefined, formula: string) => summariseTimes([span], first.plan.watchMs, formula);
  return {
    intent: first.plan.intent,
    title: `What ${first.plan.intent} is about`,
    belief: first.plan.belief,
    target: first.plan.target,
    arms: [...new Set(trials.map((it) => it.plan.arm))],
    trials,
    ...(first.plan.arm === "treatment" && {
      mttd: headline(first.facts.mttd, "t2 − t0"),
      mttr: headline(first.facts.mttr, "t6 − t0"),
      ttm: headline(first.facts.ttm, "t5 − t1"),
    }),
    pathway: first.facts.pathway,
    ...(honesty && { honesty }),
    ...extra,
  };
}

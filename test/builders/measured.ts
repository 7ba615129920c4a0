// Facts and verdict of a whole record at once; the product measures as it goes.

import type { TrialRecord } from "../../src/core/verdict.ts";
import { trialViewOf } from "../../src/measure/facts/fold.ts";
import { factsOf } from "../../src/measure/facts/measure-trial.ts";
import type { TrialResult } from "../../src/records/results/trial-result.ts";
import { judgeTrial } from "../../src/verdict/judge-trial.ts";
import type { TrialFacts } from "../../src/records/facts/facts.ts";

export function measureTrial(record: TrialRecord): TrialFacts {
  return factsOf(trialViewOf(record));
}

/** A whole record, measured and judged by today's rules. */
export function judged(record: TrialRecord): TrialResult {
  const facts = measureTrial(record);
  return { plan: record.plan, facts, verdict: judgeTrial(record, facts) };
}

// The facts of a whole record at once; the product measures as it goes.

import type { TrialRecord } from "../../src/core/verdict.ts";
import { trialViewOf } from "../../src/measure/facts/fold.ts";
import { factsOf } from "../../src/measure/facts/measure-trial.ts";
import type { TrialFacts } from "../../src/records/facts/facts.ts";

export function measureTrial(record: TrialRecord): TrialFacts {
  return factsOf(trialViewOf(record));
}

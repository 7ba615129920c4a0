// What a rule reads, and what it answers.

import type { TrialFacts } from "../records/facts/facts.ts";
import type { Finding } from "../records/results/outcome.ts";
import type { TrialPlan } from "../records/plan.ts";
import type { TimelineEvent } from "../records/timeline/event.ts";

/** Everything a rule may read. */
export interface TrialRecord {
  readonly plan: TrialPlan;
  readonly timeline: readonly TimelineEvent[];
}

/** A rule reads the record and its facts, nothing else; null = it does not apply to this trial. */
export type Rule = (record: TrialRecord, facts: TrialFacts) => Omit<Finding, "rule"> | null;

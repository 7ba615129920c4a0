// From many answers to one: the worst of them.

import type { IntentDigest } from "../core/digest.ts";
import type { TrialOutcome } from "../records/results/outcome.ts";

/**
 * From worst to best. What was left behind may spoil every later trial; a failure is knowledge and outweighs trials
 * that say nothing; a pass needs all to say so.
 */
const worstFirst: readonly TrialOutcome[] = ["residue", "fail", "invalid", "inconclusive", "pass"];

/** The worst of the outcomes; nothing judged is inconclusive. */
export function worstOutcome(outcomes: readonly TrialOutcome[]): TrialOutcome {
  return worstFirst.find((outcome) => outcomes.includes(outcome)) ?? "inconclusive";
}

/** The run's outcome: the worst of its intents; a run that was cut short (`complete` false) cannot pass. */
export function judgeRun(intents: readonly IntentDigest[], complete = true): TrialOutcome {
  const outcomes = intents.map(({ outcome }) => outcome);
  return worstOutcome(complete ? outcomes : [...outcomes, "inconclusive"]);
}

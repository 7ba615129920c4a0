// From trials to one answer per intent, with its headline times, rate and attribution.

import type { IntentOf, TrialDigest } from "../core/digest.ts";
import { armNames, hasNoOps, isComparison, memoryOf, treatmentArm } from "../core/arms.ts";
import type { ArmName } from "../core/arms.ts";
import { trialName } from "../core/plan.ts";
import type { TrialOutcome } from "../records/results/outcome.ts";
import type { IntentResult } from "../records/results/run-result.ts";
import { clopperPearson, provenShare } from "../measure/statistics/clopper-pearson.ts";
import { countedTrials, recoveredForGood, tellingTrials } from "./arm-evidence.ts";
import { attribute, confidenceOf } from "./attribution.ts";
import { falseAlarms } from "./false-alarms.ts";
import { timesOf } from "./intent-times.ts";
import { learningOf } from "./learning.ts";
import { summariseHonesty } from "./honesty-summary.ts";
import { worstOutcome } from "./judge-run.ts";
import { decidingFinding } from "./judge-trial.ts";

/** What of an intent its result repeats. */
export interface IntentMeta {
  readonly id: string;
  readonly title: string;
  readonly belief: string;
  readonly target: string;
  readonly arms: readonly ArmName[];
}

/**
 * Judges an intent by all of its trials. An arm that the intent asks for and no trial ran in leaves it inconclusive at
 * best. Times and rates are over treatment trials that passed or failed; whoever did not recover is censored, never
 * dropped.
 */
export function judgeIntent<Trial extends TrialDigest>(intent: IntentMeta, trials: readonly Trial[]): IntentOf<Trial> {
  const missing = intent.arms.filter((arm) => !trials.some(({ plan }) => plan.arm === arm));
  const outcomes = trials.map(({ verdict }) => verdict.outcome);
  const outcome = worstOutcome(missing.length > 0 ? [...outcomes, "inconclusive"] : outcomes);
  const of = (arm: ArmName): TrialDigest[] => trials.filter(({ plan }) => plan.arm === arm);
  const treatment = of(treatmentArm);
  const counted = countedTrials(treatment);
  const telling = tellingTrials(treatment);
  const recovered = telling.filter(recoveredForGood);
  const alarms = falseAlarms(trials);
  const honesty = summariseHonesty(counted, countedTrials(armNames.filter(hasNoOps).flatMap(of)));
  const asksRecovery = treatment.some(({ plan }) => plan.expect.recovered !== undefined);
  return {
    intent: intent.id,
    title: intent.title,
    belief: intent.belief,
    target: intent.target,
    outcome,
    says: reason(outcome, trials, missing),
    arms: intent.arms,
    trials,
    ...(treatment.length > 0 && timesOf(counted)),
    pathway: commonPathway(recovered),
    ...(alarms && { falseAlarms: alarms }),
    ...(honesty && { honesty }),
    ...(asksRecovery && intent.arms.some(isComparison) && { attribution: attribute(trials) }),
    ...(intent.arms.some((arm) => memoryOf(arm) !== undefined) && { learning: learningOf(trials) }),
    ...(asksRecovery &&
      telling.length > 0 && { recoveryRate: rate(recovered.length, telling.length, confidenceOf(trials)) }),
  };
}

/** Of treatment trials that can tell; at more than 95 % where the run might end early. */
function rate(recovered: number, of: number, confidence: number): NonNullable<IntentResult["recoveryRate"]> {
  const interval = clopperPearson(recovered, of, confidence);
  const proves = clopperPearson(recovered, of, 1 - 2 * (1 - confidence)).lo;
  if (confidence === 0.95) return { recovered, of, ...interval, proves: provenShare(recovered, of) };
  return { recovered, of, ...interval, confidence, proves };
}

/** The pathway of every recovered trial when they agree, else null. */
function commonPathway(recovered: readonly TrialDigest[]): string | null {
  const pathways = [...new Set(recovered.map(({ facts }) => facts.pathway))];
  return pathways.length === 1 ? (pathways[0] ?? null) : null;
}

function reason(outcome: TrialOutcome, trials: readonly TrialDigest[], missing: readonly ArmName[]): string {
  if (trials.length === 0) return "no trial was judged";
  const passed = trials.filter(({ verdict }) => verdict.outcome === "pass").length;
  if (outcome === "pass") return `${passed} of ${trials.length} trials passed`;
  const decisive = trials.find(({ verdict }) => verdict.outcome === outcome);
  if (decisive === undefined) return `no trial ran in the ${missing.join(", ")} arm`;
  const finding = decidingFinding(decisive.verdict.findings.filter((one) => one.outcome !== "pass"));
  return `${trialName(decisive.plan)}: ${finding === undefined ? "nothing was judged" : `${finding.rule}: ${finding.says}`}`;
}

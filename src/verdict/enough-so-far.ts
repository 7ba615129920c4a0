// Have we run enough trials? The same counts that the attribution will rest on, asked while an intent runs.

import type { TrialDigest } from "../core/digest.ts";
import { comparisonArms, isTreatment, treatmentArm, ablationArm } from "../core/arms.ts";
import type { ArmName } from "../core/arms.ts";
import { looksOf, type StoppingRule } from "../core/stopping-rule.ts";
import { enoughTrials } from "../measure/statistics/sequential.ts";
import type { ArmSoFar } from "../measure/statistics/sequential.ts";
import { evidenceOf, creditOf, recoveredForGood, tellingTrials } from "./arm-evidence.ts";

/**
 * Asked after a whole block (one trial in each arm), over all trials of one intent that were judged so far. Treatment
 * against its comparison arm (ablation before the others, as in the attribution). Trials that tell nothing of a
 * recovery are no evidence; they have been run all the same. One that spoils the comparison ends it, with its reason.
 */
export function enoughSoFar(trials: readonly TrialDigest[], stopping: StoppingRule): ReturnType<typeof enoughTrials> {
  const { most, width } = stopping;
  const other = comparisonArms.find((arm) => trials.some(({ plan }) => plan.arm === arm));
  const spoilt = other === ablationArm ? spoiltBy(trials) : undefined;
  const seen = {
    treatment: soFar(treatmentArm, trials),
    ...(other !== undefined && { ablation: soFar(other, trials) }),
    ...(spoilt !== undefined && { spoilt }),
  };
  return enoughTrials(seen, { most, looks: looksOf(stopping), ...(width !== undefined && { width }) });
}

function soFar(arm: ArmName, trials: readonly TrialDigest[]): ArmSoFar {
  const { hits, of, run } = evidenceOf(arm, trials);
  return { hits, of, run };
}

/**
 * Why no trial to come can attribute the recovery to the declared action any more: one recovered trial is not its
 * doing.
 */
function spoiltBy(trials: readonly TrialDigest[]): string | undefined {
  const treated = tellingTrials(trials.filter(({ plan }) => isTreatment(plan.arm))).filter(recoveredForGood);
  const credit = treated.map(creditOf).find(({ kind }) => kind !== "declared");
  if (credit === undefined) return undefined;
  return credit.kind === "other"
    ? `a treatment trial was repaired by ${credit.name}`
    : "a treatment trial recovered without the declared action being seen";
}

// May the run of an intent end before its last trial? The same counts that its attribution will rest on, asked while it runs.

import type { ArmName } from "../core/intent.ts";
import { comparisonArms } from "../core/intent.ts";
import type { Sequential } from "../core/sequential.ts";
import type { TrialResult } from "../core/verdict.ts";
import { enoughTrials } from "../measure/statistics/sequential.ts";
import type { ArmSoFar, Enough } from "../measure/statistics/sequential.ts";
import { evidenceOf, handOf, recoveredForGood, tellingTrials } from "./arm-evidence.ts";

/**
 * Asked after a whole block (one trial in each arm), over all trials of one intent that were judged so far. Treatment is compared with the
 * first that the intent has of ablation, loop-ablation and unhealed.
 */
export function enoughFor(arms: readonly ArmName[], trials: readonly TrialResult[], sequential: Sequential): Enough {
  const compared = comparisonArms.find((arm) => arms.includes(arm));
  const spoilt = compared === "ablation" ? spoiltBy(trials) : undefined;
  return enoughTrials(
    {
      treatment: soFar("treatment", trials),
      ...(compared !== undefined && { ablation: soFar(compared, trials) }),
      ...(spoilt !== undefined && { spoilt }),
    },
    sequential,
  );
}

function soFar(arm: ArmName, trials: readonly TrialResult[]): ArmSoFar {
  const { hits, of, run } = evidenceOf(arm, trials);
  return { hits, of, run };
}

/** Why no trial to come can attribute the recovery to the declared action any more: one recovered trial is not its doing. */
function spoiltBy(trials: readonly TrialResult[]): string | undefined {
  const treated = tellingTrials(trials.filter(({ plan }) => plan.arm === "treatment")).filter(recoveredForGood);
  const hand = treated.map(handOf).find(({ kind }) => kind !== "declared");
  if (hand === undefined) return undefined;
  return hand.kind === "other"
    ? `a treatment trial was repaired by ${hand.name}`
    : "a treatment trial recovered without the declared action being seen";
}

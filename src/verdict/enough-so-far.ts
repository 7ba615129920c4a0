// Have we run enough trials? The trials of an intent as counts of its arms, for `enoughTrials` to answer over.

import { comparisonArms } from "../core/intent.ts";
import type { ArmName } from "../core/intent.ts";
import { looksOf, type Enough } from "../core/stopping.ts";
import type { TrialResult } from "../core/verdict.ts";
import { enoughTrials, type ArmSoFar } from "../measure/statistics/sequential.ts";
import { countedTrials, recoveredForGood } from "./attribution.ts";

/**
 * Treatment against its comparison arm (ablation before the others, as in the attribution). Only trials that passed or failed are
 * evidence; the others have been run all the same.
 */
export const enoughSoFar: Enough = (trials, stopping) => {
  const { most, width } = stopping;
  const other = comparisonArms.find((arm) => trials.some(({ plan }) => plan.arm === arm));
  const seen = {
    treatment: armSoFar("treatment", trials),
    ...(other === undefined ? {} : { ablation: armSoFar(other, trials) }),
  };
  const { enough, because } = enoughTrials(seen, {
    most,
    looks: looksOf(stopping),
    ...(width === undefined ? {} : { width }),
  });
  return { enough, because };
};

function armSoFar(arm: ArmName, trials: readonly TrialResult[]): ArmSoFar {
  const own = trials.filter(({ plan }) => plan.arm === arm);
  const counted = countedTrials(own);
  return { hits: counted.filter(recoveredForGood).length, of: counted.length, run: own.length };
}

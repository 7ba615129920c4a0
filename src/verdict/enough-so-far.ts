// Have we run enough trials? The trials of an intent as counts of its arms, for `enoughTrials` to answer over.

import { comparisonArms } from "../core/intent.ts";
import { looksOf, type Enough } from "../core/stopping.ts";
import { enoughTrials } from "../measure/statistics/sequential.ts";
import { evidenceOf } from "./arm-evidence.ts";

/**
 * Treatment against its comparison arm (ablation before the others, as in the attribution). Trials that tell
 * nothing of a recovery are no evidence; they have been run all the same.
 */
export const enoughSoFar: Enough = (trials, stopping) => {
  const { most, width } = stopping;
  const other = comparisonArms.find((arm) => trials.some(({ plan }) => plan.arm === arm));
  const seen = {
    treatment: evidenceOf("treatment", trials),
    ...(other === undefined ? {} : { ablation: evidenceOf(other, trials) }),
  };
  const { enough, because } = enoughTrials(seen, {
    most,
    looks: looksOf(stopping),
    ...(width === undefined ? {} : { width }),
  });
  return { enough, because };
};

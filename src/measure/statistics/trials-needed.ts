// How many trials it takes to show that a share of them is good, before the first one is run.

import { binomialAtMost } from "./binomial.ts";
import { checkConfidence } from "./normal.ts";

/** What sums of shares may be off by, as a part of the bound. */
const noise = 1e-9;

/**
 * The fewest trials n of which at most `failures` bad ones show, one-sided at `confidence`, that the share of good ones
 * is at least `share`: the smallest n with P(X ≤ failures) ≤ 1 − confidence for X ~ Binomial(n, 1 − share). By order
 * statistics: the (failures + 1)-th longest of n times lies above the quantile of that share with that confidence (S.
 * S. Wilks, Ann. Math. Stat. 12, 1941, 91–96; without a failure n = ⌈ln(1 − confidence) / ln(share)⌉). The same test as
 * a lower bound by `clopperPearson`. Exact, where `failures` was fixed before the first trial. Throws RangeError for a
 * share or a confidence that is not within (0, 1), and for failures that are not a whole number from 0.
 */
export function trialsNeeded(share: number, failures: number, confidence = 0.95): number {
  checkConfidence(confidence);
  if (!(share > 0 && share < 1)) throw new RangeError(`a share to be shown lies within (0, 1), not ${share}`);
  if (!Number.isInteger(failures) || failures < 0) throw new RangeError(`no number of failures: ${failures}`);
  const risk = (1 - confidence) * (1 + noise);
  const isEnough = (n: number): boolean => binomialAtMost(failures, n, 1 - share) <= risk;
  let [few, enough] = [failures, failures + 1];
  while (!isEnough(enough)) [few, enough] = [enough, enough * 2];
  while (enough - few > 1) {
    const middle = Math.floor((few + enough) / 2);
    if (isEnough(middle)) enough = middle;
    else few = middle;
  }
  return enough;
}

/** The chance that at most `failures` of `trials` are bad, where a trial is good with that share. */
export function chanceToShow(share: number, failures: number, trials: number): number {
  return binomialAtMost(failures, trials, 1 - share);
}

/** The share that `trials` without a failure show, one-sided at `confidence`: the trials-th root of 1 − confidence. */
export function shareShown(trials: number, confidence: number): number {
  checkConfidence(confidence);
  return (1 - confidence) ** (1 / trials);
}

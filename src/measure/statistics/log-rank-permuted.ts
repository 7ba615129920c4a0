// The log-rank test for few trials: where the chi-square distribution is not near enough, the observed statistic is
// compared with those of the same times dealt out anew.

import type { Random } from "../../core/random.ts";
import type { Observation } from "./kaplan-meier.ts";
import { permutedSumP, sumOfFirst } from "./permuted-sum.ts";
import type { Refusal } from "./refusal.ts";

export interface PermutedLogRank {
  readonly ok: true;
  /** Ends of the first set, and how many there would be at the pace of both together. */
  readonly observed: number;
  readonly expected: number;
  /** Two-sided; never below 1 ÷ 20,001. */
  readonly p: number;
}

/**
 * Permutation log-rank test of two independent sets that were watched in the same way: observed − expected ends of the
 * first set is the sum of its log-rank scores (end − Nelson–Aalen hazard at its time; R. Peto, J. Peto, J. R. Stat.
 * Soc. A 135, 1972, 185–207), and p is that of their sum among random deals, each set keeping its size. Refuses an
 * empty set.
 */
export function logRankPermuted(
  first: readonly Observation[],
  second: readonly Observation[],
  random: Random,
): PermutedLogRank | Refusal {
  if (first.length === 0 || second.length === 0)
    return { ok: false, reason: "a log-rank test needs two sets of trials, one is empty" };
  const scores = scoresOf([...first, ...second]);
  const seen = sumOfFirst(scores, first.length);
  const p = permutedSumP(scores, first.length, random);
  const observed = first.filter(({ ended }) => ended).length;
  return { ok: true, observed, expected: observed - seen, p };
}

/** One score for each, in their order; together 0. */
function scoresOf(all: readonly Observation[]): readonly number[] {
  const times = [...new Set(all.filter(({ ended }) => ended).map(({ ms }) => ms))].toSorted((a, b) => a - b);
  const steps = times.map((ms) => {
    const ends = all.filter((one) => one.ended && one.ms === ms).length;
    return { ms, hazard: ends / all.filter((one) => one.ms >= ms).length };
  });
  return all.map(({ ms, ended }) => {
    const hazard = steps.filter((step) => step.ms <= ms).reduce((sum, step) => sum + step.hazard, 0);
    return Number(ended) - hazard;
  });
}

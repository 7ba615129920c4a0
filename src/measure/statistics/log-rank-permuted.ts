// The log-rank test for few trials: where the chi-square distribution is not near enough, the observed statistic is
// compared with those of the same times dealt out anew.

import type { Random } from "../../core/random.ts";
import type { Observation } from "./kaplan-meier.ts";
import type { Refusal } from "./refusal.ts";

export interface PermutedLogRank {
  readonly ok: true;
  /** Ends of the first set, and how many there would be at the pace of both together. */
  readonly observed: number;
  readonly expected: number;
  /** Two-sided; never below 1 ÷ (deals + 1). */
  readonly p: number;
}

const deals = 20_000;

/**
 * Permutation log-rank test of two independent sets that were watched in the same way: observed − expected ends of the
 * first set is the sum of its log-rank scores (end − Nelson–Aalen hazard at its time; R. Peto, J. Peto, J. R. Stat.
 * Soc. A 135, 1972, 185–207), and p is the share of 20,000 random deals with a sum as far from 0, each set keeping its
 * size; the deal that was seen counts as one (B. Phipson, G. K. Smyth, Stat. Appl. Genet. Mol. Biol. 9, 2010, 39).
 * Refuses an empty set.
 */
export function logRankPermuted(
  first: readonly Observation[],
  second: readonly Observation[],
  random: Random,
): PermutedLogRank | Refusal {
  if (first.length === 0 || second.length === 0)
    return { ok: false, reason: "a log-rank test needs two sets of trials, one is empty" };
  const scores = scoresOf([...first, ...second]);
  const sum = (values: readonly number[]): number => values.slice(0, first.length).reduce((a, b) => a + b, 0);
  const seen = sum(scores);
  const hand = [...scores];
  let asFar = 0;
  for (let n = 0; n < deals; n += 1) {
    deal(hand, first.length, random);
    if (Math.abs(sum(hand)) >= Math.abs(seen) - 1e-9) asFar += 1;
  }
  const observed = first.filter(({ ended }) => ended).length;
  return { ok: true, observed, expected: observed - seen, p: (asFar + 1) / (deals + 1) };
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

/** Puts `count` items of the list, drawn at random, in front (Fisher–Yates). */
function deal(items: number[], count: number, random: Random): void {
  for (let at = 0; at < count; at += 1) {
    const other = at + Math.floor(random.next() * (items.length - at));
    const [a, b] = [items[at] ?? 0, items[other] ?? 0];
    items[at] = b;
    items[other] = a;
  }
}

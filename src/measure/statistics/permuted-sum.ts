// How surprising is the sum of one set's scores, if it were chance which trial is in which set?

import type { Random } from "../../core/random.ts";

const deals = 20_000;

/**
 * Two-sided p of the sum of the first `count` scores, which must add up to 0 with the others: the share of 20,000
 * random deals with a sum as far from 0; the deal that was seen counts as one (B. Phipson, G. K. Smyth, Stat. Appl.
 * Genet. Mol. Biol. 9, 2010, 39). Never below 1 ÷ 20,001. Ends early once `enough` deals were as far: their number
 * divided by all dealt so far is a valid p, too (J. Besag, P. Clifford, Biometrika 78, 1991, 301–304).
 */
export function permutedSumP(scores: readonly number[], count: number, random: Random, enough = Infinity): number {
  const seen = Math.abs(sumOfFirst(scores, count)) - 1e-9;
  const hand = [...scores];
  let asFar = 0;
  for (let n = 0; n < deals; n += 1) {
    deal(hand, count, random);
    if (Math.abs(sumOfFirst(hand, count)) >= seen) asFar += 1;
    if (asFar >= enough) return asFar / (n + 1);
  }
  return (asFar + 1) / (deals + 1);
}

/** Sum of the first so many. */
export function sumOfFirst(scores: readonly number[], count: number): number {
  let sum = 0;
  for (let at = 0; at < count; at += 1) sum += scores[at] ?? 0;
  return sum;
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

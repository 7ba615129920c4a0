// Was it quicker, seed by seed? Pairs of trials with equal seeds, of which only the direction counts.

import type { Observation } from "./kaplan-meier.ts";
import { binomialAtMost } from "./binomial.ts";
import type { Refusal } from "./refusal.ts";

/** Two trials of the same seed. */
export interface Pair {
  readonly first: Observation;
  readonly second: Observation;
}

/** Which of the two took longer, in how many pairs, and how likely a split at least so uneven is by chance. */
export interface SignTest {
  readonly ok: true;
  readonly firstLonger: number;
  readonly secondLonger: number;
  /** Pairs that took equally long, or of which censoring hides which took longer; they say nothing. */
  readonly undecided: number;
  /** Two-sided, exact. */
  readonly p: number;
}

/** With fewer decided pairs not even all of them in one direction are rarer than 5 %: 2 · ½⁵ = 6 %. */
const fewestPairs = 6;

/**
 * Exact two-sided sign test (W. J. Dixon, A. M. Mood, J. Am. Stat. Assoc. 41, 1946, 557–566): under no difference the
 * pairs in which the first took longer are Binomial(decided pairs, ½). Refuses below 6 decided pairs.
 */
export function signTest(pairs: readonly Pair[]): SignTest | Refusal {
  const firstLonger = pairs.filter(({ first, second }) => isLonger(first, second)).length;
  const secondLonger = pairs.filter(({ first, second }) => isLonger(second, first)).length;
  const decided = firstLonger + secondLonger;
  if (decided < fewestPairs) {
    const pairsText = decided === 1 ? "there is 1" : `there are ${decided}`;
    return { ok: false, reason: `a sign test needs ${fewestPairs} pairs that differ, ${pairsText} of ${pairs.length}` };
  }
  const p = Math.min(1, 2 * binomialAtMost(Math.min(firstLonger, secondLonger), decided, 0.5));
  return { ok: true, firstLonger, secondLonger, undecided: pairs.length - decided, p };
}

/** True when `one` surely took longer: the other ended before it did, or before it was last watched. */
function isLonger(one: Observation, other: Observation): boolean {
  return other.ended && (one.ended ? one.ms > other.ms : one.ms >= other.ms);
}

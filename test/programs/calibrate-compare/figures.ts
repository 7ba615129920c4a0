// How often the verdict of `rebound compare` is wrong, and how often it finds what is there.

import { seededRandom } from "../../../src/core/random.ts";
import { clopperPearson } from "../../../src/measure/statistics/clopper-pearson.ts";
import { compareRows } from "../../../src/verdict/compare-rows.ts";
import { simulatedNight, type Truth } from "./nights.ts";

export interface Counted {
  readonly hits: number;
  readonly of: number;
  /** 95 %, two-sided. */
  readonly lo: number;
  readonly hi: number;
}

export const calm: Truth = { intents: 1, n: 20, spread: 0.35, slower: 1, machine: 0.03, bound: 0.3, stuck: 0.02 };

/** Pairs of nights of the same truth with any verdict at all. */
export function wrongNights(pairs: number, truth: Truth, seed: number): Counted {
  return counting(pairs, (pair) => compared(truth, truth, seed, pair).some(({ verdict }) => verdict !== "no evidence"));
}

/** Pairs of which the second night is slower, with the verdict regression for MTTR of the first intent. */
export function foundNights(pairs: number, truth: Truth, slower: number, seed: number): Counted {
  return counting(pairs, (pair) => {
    const found = compared(truth, { ...truth, slower }, seed, pair);
    return found.some(
      ({ intent, time, verdict }) => intent.endsWith("-0") && time === "mttr" && verdict === "regression",
    );
  });
}

function compared(before: Truth, after: Truth, seed: number, pair: number) {
  const random = seededRandom(seed, `pair ${pair}`);
  return compareRows(simulatedNight(0, before, random), simulatedNight(1, after, random), random).pairs;
}

function counting(of: number, isHit: (pair: number) => boolean): Counted {
  let hits = 0;
  for (let pair = 0; pair < of; pair += 1) if (isHit(pair)) hits += 1;
  return { hits, of, ...clopperPearson(hits, of, 0.95) };
}

/** Whether the pairs do not show, at 97.5 %, that more than `bound` of them are wrong. */
export function isKept({ lo }: Pick<Counted, "lo">, bound: number): boolean {
  return lo <= bound;
}

/** The share from which on so many pairs break the bound in 95 % of cases: what lies between may go unseen. */
export function seenFrom(pairs: number, bound: number): number {
  let most = 0;
  while (most < pairs && isKept(clopperPearson(most + 1, pairs, 0.95), bound)) most += 1;
  return clopperPearson(most, pairs, 0.9).hi;
}

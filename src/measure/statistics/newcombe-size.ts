// How often Newcombe's interval of a difference lies above 0 by chance: with few trials its 95 % are not quite that.

import { binomialAtMost } from "./binomial.ts";
import { checkCounts } from "./normal.ts";
import { newcombeDifference } from "./newcombe.ts";

/** Rates at which the chance is asked; it is smooth between them. */
const steps = 200;

/**
 * Greatest chance, over every rate p that two arms may have in common, that the interval of `first` against `second`
 * trials lies wholly above 0: the exact size of the one-sided test that it stands for (as in G. A. Barnard, Biometrika
 * 34, 1947, 123–138, for a region of his kind). One would like 2.5 % at 95 %; 2 against 2 trials give 6.25 %. Throws
 * RangeError for arms without trials.
 */
export function chanceAboveZero(first: number, second: number, confidence = 0.95): number {
  checkCounts(0, first);
  checkCounts(0, second);
  // The interval rises with the first arm's hits and falls with the second's, so one border tells all.
  const most: number[] = [];
  for (let hits = 0; hits <= first; hits += 1) {
    let others = most.at(-1) ?? -1;
    while (others < second && isAbove({ hits, of: first }, { hits: others + 1, of: second }, confidence)) others += 1;
    most.push(others);
  }
  let greatest = 0;
  for (let step = 1; step < steps; step += 1) {
    const p = step / steps;
    const chance = most.reduce((sum, others, hits) => {
      const exactly = binomialAtMost(hits, first, p) - binomialAtMost(hits - 1, first, p);
      return sum + exactly * binomialAtMost(others, second, p);
    }, 0);
    greatest = Math.max(greatest, chance);
  }
  return greatest;
}

function isAbove(
  first: { hits: number; of: number },
  second: { hits: number; of: number },
  confidence: number,
): boolean {
  return newcombeDifference(first, second, confidence).lo > 0;
}

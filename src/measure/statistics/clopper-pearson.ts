// How sure a rate may be called after n trials: the exact interval, which never claims more than it covers.

import { binomialAtMost } from "./binomial.ts";
import { checkConfidence, checkCounts } from "./normal.ts";
import type { Interval } from "./normal.ts";

/**
 * Exact interval of a binomial share (C. J. Clopper, E. S. Pearson, Biometrika 26, 1934, 404–413): the lower bound is
 * the p with P(X ≥ hits) = α/2, the upper that with P(X ≤ hits) = α/2. Throws RangeError when hits is not within [0,
 * of] or of is 0, or confidence not within (0, 1).
 */
export function clopperPearson(hits: number, of: number, confidence = 0.95): Interval {
  checkCounts(hits, of);
  checkConfidence(confidence);
  const tail = (1 - confidence) / 2;
  const lo = hits === 0 ? 0 : bisect((p) => 1 - binomialAtMost(hits - 1, of, p) < tail);
  const hi = hits === of ? 1 : bisect((p) => binomialAtMost(hits, of, p) > tail);
  return { lo, hi };
}

/**
 * What `hits` of `of` prove at 95 %, one-sided: the share below which so many hits are rarer than 5 % (3 of 3 prove 37
 * %, 10 of 10 prove 74 %, 59 of 59 prove 95 %). Throws RangeError as above.
 */
export function provenShare(hits: number, of: number): number {
  return clopperPearson(hits, of, 0.9).lo;
}

/** The point in [0, 1] at which `below` turns false; 60 halvings leave an error under 1e-18. */
function bisect(below: (p: number) => boolean): number {
  let [lo, hi] = [0, 1];
  for (let i = 0; i < 60; i += 1) {
    const middle = (lo + hi) / 2;
    if (below(middle)) lo = middle;
    else hi = middle;
  }
  return (lo + hi) / 2;
}

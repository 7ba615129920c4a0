// The score interval of one share; Newcombe's interval of a difference is built from two of them.

import { checkCounts, normalPoint } from "./normal.ts";
import type { Interval } from "./normal.ts";

/**
 * Wilson's score interval of a share without continuity correction (E. B. Wilson, J. Am. Stat. Assoc. 22, 1927,
 * 209–212). Throws RangeError when hits is not within [0, of] or of is 0, or confidence not within (0, 1).
 */
export function wilson(hits: number, of: number, confidence = 0.95): Interval {
  checkCounts(hits, of);
  const z = normalPoint(confidence);
  const z2 = z * z;
  const centre = 2 * hits + z2;
  const reach = z * Math.sqrt(z2 + 4 * hits * (1 - hits / of));
  const scale = 2 * (of + z2);
  return {
    lo: hits === 0 ? 0 : Math.max(0, (centre - reach) / scale),
    hi: hits === of ? 1 : Math.min(1, (centre + reach) / scale),
  };
}

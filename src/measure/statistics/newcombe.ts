// Is one rate above another? The interval of the difference of two independent shares.

import { wilson } from "./wilson.ts";

/** Hits, and trials. */
export interface Count {
  readonly hits: number;
  readonly of: number;
}

/** p1 − p2 with its interval. */
export interface Difference {
  readonly value: number;
  readonly lo: number;
  readonly hi: number;
}

/**
 * Hybrid score interval of p1 − p2 (R. G. Newcombe, Statistics in Medicine 17, 1998, 873–890, method 10): with each
 * share's Wilson bounds l, u: lo = d − √((p1 − l1)² + (u2 − p2)²), hi = d + √((u1 − p1)² + (p2 − l2)²).
 * Throws RangeError for counts that are no shares, and for a confidence that is none.
 */
export function newcombeDifference(first: Count, second: Count, confidence = 0.95): Difference {
  const [w1, w2] = [wilson(first.hits, first.of, confidence), wilson(second.hits, second.of, confidence)];
  const [p1, p2] = [first.hits / first.of, second.hits / second.of];
  const value = p1 - p2;
  return {
    value,
    lo: Math.max(-1, value - Math.hypot(p1 - w1.lo, w2.hi - p2)),
    hi: Math.min(1, value + Math.hypot(w1.hi - p1, p2 - w2.lo)),
  };
}

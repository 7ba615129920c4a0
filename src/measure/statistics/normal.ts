// What score intervals and tests need of the normal distribution, and what every interval is.

/** Two-sided 95 % point of the standard normal distribution. */
export const z95 = 1.959963984540054;

/**
 * Two-sided point of the standard normal distribution: P(|Z| ≤ z) = confidence. Newton's method on the logarithm of the
 * tail, which is concave, so that after its first step it comes down on the point from above and cannot miss it.
 */
export function normalPoint(confidence: number): number {
  checkConfidence(confidence);
  if (confidence === 0.95) return z95;
  let z = 0;
  for (let i = 0; i < 30; i += 1) {
    const tail = normalBeyond(z);
    const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
    const step = (Math.log(tail / (1 - confidence)) * tail) / (2 * density);
    z += step;
    if (Math.abs(step) < 1e-14) break;
  }
  return z;
}

/** Throws RangeError unless 0 < confidence < 1. */
export function checkConfidence(confidence: number): void {
  if (!(confidence > 0 && confidence < 1)) throw new RangeError(`a confidence lies within (0, 1), not ${confidence}`);
}

/** A two-sided interval; both bounds belong to it. */
export interface Interval {
  readonly lo: number;
  readonly hi: number;
}

/** Throws RangeError unless 0 ≤ hits ≤ of, both whole and `of` at least one: a share of nothing is not a number. */
export function checkCounts(hits: number, of: number): void {
  if (!Number.isInteger(hits) || !Number.isInteger(of) || of < 1 || hits < 0 || hits > of) {
    throw new RangeError(`a share needs 0 ≤ hits ≤ of and of ≥ 1, not ${hits} of ${of}`);
  }
}

/**
 * P(|Z| ≥ z) for a standard normal Z; 1 for z ≤ 0. Below 3 the series of G. Marsaglia (Journal of Statistical Software
 * 11, 2004, no. 4), above it the continued fraction of Laplace (Abramowitz, Stegun, 26.2.14): about 13 digits, far into
 * the tail too.
 */
export function normalBeyond(z: number): number {
  if (z <= 0) return 1;
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z < 3) {
    let [sum, term] = [z, z];
    for (let i = 3; sum + term !== sum || i === 3; i += 2) {
      term *= (z * z) / i;
      sum += term;
    }
    return 1 - 2 * density * sum;
  }
  let fraction = z;
  for (let i = 120; i >= 1; i -= 1) fraction = z + i / fraction;
  return (2 * density) / fraction;
}

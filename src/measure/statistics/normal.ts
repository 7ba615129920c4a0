// The one constant of the normal distribution that score intervals need.

/** Two-sided 95 % point of the standard normal distribution. */
export const z95 = 1.959963984540054;

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

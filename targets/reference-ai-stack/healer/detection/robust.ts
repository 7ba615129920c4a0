// Statistics that a few wild samples cannot move.

/** The middle value (mean of the two middle ones); NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2;
}

/** Median absolute deviation × 1.4826: the standard deviation of a normal sample, deaf to outliers (Hampel 1974). */
export function robustSigma(values: readonly number[]): number {
  const middle = median(values);
  return 1.4826 * median(values.map((value) => Math.abs(value - middle)));
}

/** The last `keep` values with one more appended. */
export function slide(values: readonly number[], value: number, keep: number): readonly number[] {
  return [...values.slice(-(keep - 1)), value];
}

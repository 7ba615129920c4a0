// Statistics that a few wild samples cannot move: medians, and a CUSUM whose steps are capped.

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

export interface CusumRule {
  /** Slack per sample, in sigma. */
  readonly k: number;
  /** Samples above this many sigma count as this many: one wild sample is not an alarm. */
  readonly cap: number;
  /** Alarm above this sum. */
  readonly limit: number;
}

/**
 * One step of the one-sided CUSUM (Page 1954): max(0, sum + min(z, cap) − k), kept below twice the limit so that it can
 * come down.
 */
export function cusumStep(sum: number, z: number, rule: CusumRule): number {
  return Math.min(2 * rule.limit, Math.max(0, sum + Math.min(z, rule.cap) - rule.k));
}

/** The last `keep` values with one more appended. */
export function slide(values: readonly number[], value: number, keep: number): readonly number[] {
  return [...values.slice(-(keep - 1)), value];
}

// One-sided CUSUM on a robust z-score whose steps are capped: sees a lasting shift in a few samples, and one wild
// sample is not an alarm.

export interface CusumRule {
  /** Slack per sample, in sigma. */
  readonly k: number;
  /** Samples above this many sigma count as this many. */
  readonly cap: number;
  /** Alarm above this sum. */
  readonly limit: number;
}

/**
 * One step of the one-sided CUSUM (Page 1954): max(0, sum + min(z, cap) − k), kept below twice the limit so that it can
 * come down. `z` in sigma.
 */
export function cusumStep(sum: number, z: number, rule: CusumRule): number {
  return addCapped(sum, Math.min(z, rule.cap) - rule.k, rule.limit);
}

/** The sum after a step of any size, between 0 and twice the limit. */
export function addCapped(sum: number, step: number, limit: number): number {
  return Math.min(2 * limit, Math.max(0, sum + step));
}

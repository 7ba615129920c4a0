// CUSUM over yes-or-no samples: failed or answered, not found or found. Sees that a small share has grown before any
// window of fixed length has filled.

export interface BernoulliRule {
  /** Share of bad samples in health, above 0. */
  readonly p0: number;
  /** Share of bad samples that is to be seen, above `p0` and below 1. */
  readonly p1: number;
  /** Alarm above this sum, in nats. */
  readonly limit: number;
}

/**
 * `bad` bad samples among `count`, taken at once (parts of one where a sample counts less): max(0, sum + log likelihood
 * ratio of p1 against p0), kept below twice the limit so that it can come down (Reynolds and Stoumbos 1999, with the
 * ratio itself as the step).
 */
export function bernoulliStep(sum: number, bad: number, count: number, { p0, p1, limit }: BernoulliRule): number {
  const step = bad * Math.log(p1 / p0) + (count - bad) * Math.log((1 - p1) / (1 - p0));
  return Math.min(2 * limit, Math.max(0, sum + step));
}

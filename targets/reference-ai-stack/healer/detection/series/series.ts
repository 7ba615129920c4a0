// What a detector of one long series is: a machine that takes one sample after another and says how odd it is. It knows
// the samples before it and nothing else: what comes later can never change a score.

/** One value of a metric. */
export interface Sample {
  /** s since any fixed time. */
  readonly at: number;
  readonly value: number;
}

/** A measure of the last samples, in any unit, that grows with oddness; NaN as long as there are too few of them. */
export type Feature = (sample: Sample) => number;

/** How odd the last sample is: 0 is usual; there is no upper end. */
export type Score = (sample: Sample) => number;

/** The feature of the logarithm of each value (of its size, with its sign): for metrics that grow by factors. */
export function ofLog(feature: Feature): Feature {
  return ({ at, value }) => feature({ at, value: Math.sign(value) * Math.log1p(Math.abs(value)) });
}

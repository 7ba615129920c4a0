// What came of several rounds, such as ratios of two things that were measured in turns: their median, and an interval
// that asks nothing of how they spread.

import { binomialAtMost } from "../../../../src/measure/statistics/binomial.ts";

export interface MedianOfRounds {
  readonly median: number;
  /** By order statistics (sign test); null when there are too few rounds for it. */
  readonly interval: { readonly low: number; readonly high: number; readonly confidence: number } | null;
  readonly n: number;
}

const AT_LEAST = 0.95;

interface Round {
  readonly on: number;
  readonly off: number;
}

/** Each round's `on` over its `off`. NaN of nothing. */
export function ratioOfRounds(rounds: readonly Round[]): MedianOfRounds {
  return medianOfRounds(rounds.map(({ on, off }) => on / off));
}

/** Of a value for each round. NaN of nothing. */
export function medianOfRounds(values: readonly number[]): MedianOfRounds {
  const sorted = values.toSorted((left, right) => left - right);
  const n = sorted.length;
  const at = (rank: number): number => sorted[rank] ?? Number.NaN;
  const median = (at(Math.floor((n - 1) / 2)) + at(Math.ceil((n - 1) / 2))) / 2;
  // The widest cut that still leaves at least 95 % between.
  let cut = -1;
  while (1 - 2 * binomialAtMost(cut + 1, n, 0.5) >= AT_LEAST) cut += 1;
  if (cut < 0) return { median, interval: null, n };
  const confidence = 1 - 2 * binomialAtMost(cut, n, 0.5);
  return { median, interval: { low: at(cut), high: at(n - 1 - cut), confidence }, n };
}

/** `digits`: behind the point. */
export function ratioText({ median, interval, n }: MedianOfRounds, digits = 3): string {
  const words = `${median.toFixed(digits)} (n = ${n}`;
  if (interval === null) return `${words}; too few rounds for an interval)`;
  const { confidence, low, high } = interval;
  return `${words}, ${(confidence * 100).toFixed(1)} % interval ${low.toFixed(digits)} to ${high.toFixed(digits)})`;
}

/** Telemetry, and watching, may take this share of the throughput. */
export const MOST_COST = 0.05;

/**
 * What telemetry costs of the throughput, against its goal. `median only`: kept, but the interval reaches beyond it, or
 * there is none.
 */
export function costOf({ median, interval }: MedianOfRounds): {
  readonly state: "kept" | "median only" | "missed";
  readonly says: string;
} {
  const says = `throughput costs ${(100 * (1 - median)).toFixed(1)} % at the median, goal ${100 * MOST_COST} % at most`;
  if (!(median >= 1 - MOST_COST)) return { state: "missed", says };
  return { state: interval !== null && interval.low >= 1 - MOST_COST ? "kept" : "median only", says };
}

/** By nearest rank; NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

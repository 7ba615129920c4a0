// What is kept of a series over a stretch of time. A raw point is a window of one; coarser tiers are merged from them,
// and nothing that a sum, a rate or a quantile needs is lost on the way: increases add up exactly, across resets too.
import type { HistogramValue } from "./rows.ts";

export interface Window {
  /** Begin, ms since 1970. */
  readonly t: number;
  /** Points in it. */
  readonly n: number;
  /** Time of the newest of them, ms since 1970. */
  readonly lastAt: number;
  /** The newest value; of a histogram its count. */
  readonly last: number;
  readonly low: number;
  readonly high: number;
  /** Sum of the values; divided by `n` it is a gauge's mean. */
  readonly total: number;
  /** By how much a counter, or a histogram's count, rose; 0 for a gauge. */
  readonly increase: number;
  readonly histogram?: HistogramWindow;
}

export interface HistogramWindow {
  readonly bounds: readonly number[];
  /** As sent, cumulative since the service's start. */
  readonly sum: number;
  readonly buckets: readonly number[];
  /** Of this window alone. */
  readonly sumIncrease: number;
  readonly bucketIncreases: readonly number[];
}

/** What a new point is compared with. */
export interface Before<Value> {
  readonly value: Value;
  /** The service began to count after this point: it was started again. */
  readonly isReset: boolean;
}

export function gaugePoint(at: number, value: number): Window {
  return { t: at, n: 1, lastAt: at, last: value, low: value, high: value, total: value, increase: 0 };
}

/** The first point of a series tells nothing of an increase. A value that fell was counted from 0 again. */
export function counterPoint(at: number, value: number, before: Before<number> | undefined): Window {
  const from = before === undefined ? value : before.isReset || value < before.value ? 0 : before.value;
  return { ...gaugePoint(at, value), increase: value - from };
}

export function histogramPoint(at: number, value: HistogramValue, before: Before<HistogramValue> | undefined): Window {
  const { count, sum, bounds, buckets } = value;
  const none = buckets.map(() => 0);
  const isReset =
    before !== undefined &&
    (before.isReset ||
      !sameBounds(bounds, before.value.bounds) ||
      buckets.some((one, i) => one < (before.value.buckets[i] ?? 0)));
  const from = before === undefined ? value : isReset ? { count: 0, sum: 0, buckets: none } : before.value;
  return {
    t: at,
    n: 1,
    lastAt: at,
    last: count,
    low: count,
    high: count,
    total: count,
    increase: count - from.count,
    histogram: {
      bounds,
      sum,
      buckets,
      sumIncrease: sum - from.sum,
      bucketIncreases: buckets.map((one, i) => one - (from.buckets[i] ?? 0)),
    },
  };
}

/** Two windows of the same series as one that begins at `t`. */
export function merged(left: Window, right: Window, t: number): Window {
  const [older, newer] = left.lastAt <= right.lastAt ? [left, right] : [right, left];
  const histogram = mergedHistograms(older.histogram, newer.histogram);
  return {
    t,
    n: left.n + right.n,
    lastAt: newer.lastAt,
    last: newer.last,
    low: Math.min(left.low, right.low),
    high: Math.max(left.high, right.high),
    total: left.total + right.total,
    increase: left.increase + right.increase,
    ...(histogram !== undefined && { histogram }),
  };
}

function mergedHistograms(older?: HistogramWindow, newer?: HistogramWindow): HistogramWindow | undefined {
  if (older === undefined || newer === undefined) return newer ?? older;
  // Other bounds: a new build of the service. What was counted in the old ones cannot be told in the new.
  if (!sameBounds(older.bounds, newer.bounds)) return newer;
  return {
    ...newer,
    sumIncrease: older.sumIncrease + newer.sumIncrease,
    bucketIncreases: newer.bucketIncreases.map((one, i) => one + (older.bucketIncreases[i] ?? 0)),
  };
}

function sameBounds(left: readonly number[], right: readonly number[]): boolean {
  return left.length === right.length && left.every((bound, i) => bound === right[i]);
}

/** Begin of the window of this width in which a time lies. */
export function windowStart(at: number, widthMs: number): number {
  return Math.floor(at / widthMs) * widthMs;
}

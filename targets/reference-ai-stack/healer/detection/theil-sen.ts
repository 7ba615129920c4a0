// How fast does it grow, and when is it used up? The median of all slopes between two samples, which a third of wild
// ones cannot move, with bounds; for memory, disk and handles of a replica.

export interface Point {
  /** s. */
  readonly at: number;
  readonly value: number;
}

export interface Trend {
  /** Per second. */
  readonly slope: number;
  /** 95 % interval of the slope (Sen 1968, from Kendall's statistic, ties among the values corrected for). */
  readonly low: number;
  readonly high: number;
  /** Value of the line at the last point. */
  readonly now: number;
}

/** From the last point on, s: Infinity where it does not grow. */
export interface Exhaustion {
  readonly expected: number;
  readonly earliest: number;
  readonly latest: number;
}

const Z95 = 1.959_964;

/** Undefined for fewer than three points, or where all have one time (Theil 1950). */
export function theilSen(points: readonly Point[]): Trend | undefined {
  const n = points.length;
  const slopes = slopesOf(points);
  if (n < 3 || slopes.length === 0) return undefined;
  const slope = middleOf(slopes);
  const line = middleOf(points.map(({ at, value }) => value - slope * at).sort((a, b) => a - b));
  const sigma = Math.sqrt(kendallVariance(points));
  const count = slopes.length;
  const lower = Math.max(0, Math.round((count - Z95 * sigma) / 2) - 1);
  const upper = Math.min(count - 1, Math.round((count + Z95 * sigma) / 2));
  const last = points.reduce((latest, { at }) => Math.max(latest, at), -Infinity);
  return { slope, low: slopes[lower] ?? slope, high: slopes[upper] ?? slope, now: line + slope * last };
}

/** When a growing quantity reaches its limit, if it goes on as it did. */
export function exhaustionOf({ slope, low, high, now }: Trend, limit: number): Exhaustion {
  const after = (perSecond: number): number =>
    now >= limit ? 0 : perSecond > 0 ? (limit - now) / perSecond : Infinity;
  return { expected: after(slope), earliest: after(high), latest: after(low) };
}

/** Between all pairs with different times, sorted. */
function slopesOf(points: readonly Point[]): readonly number[] {
  const slopes: number[] = [];
  points.forEach((a, i) => {
    for (const b of points.slice(i + 1)) if (b.at !== a.at) slopes.push((b.value - a.value) / (b.at - a.at));
  });
  return slopes.sort((a, b) => a - b);
}

/** Variance of Kendall's S: n(n − 1)(2n + 5)/18, less the ties of times and of values. */
function kendallVariance(points: readonly Point[]): number {
  const term = (size: number): number => size * (size - 1) * (2 * size + 5);
  const ties = (values: readonly number[]): number => {
    const sizes = new Map<number, number>();
    for (const value of values) sizes.set(value, (sizes.get(value) ?? 0) + 1);
    return [...sizes.values()].reduce((sum, size) => sum + term(size), 0);
  };
  return (term(points.length) - ties(points.map(({ at }) => at)) - ties(points.map(({ value }) => value))) / 18;
}

function middleOf(sorted: readonly number[]): number {
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2;
}

// Memory that is collected now and then grows as a leak does between two collections. What tells them apart is what a
// collection leaves: the lows of a leak rise, those of a saw-tooth do not.
import { NUMBERS } from "../numbers.ts";
import type { Point } from "./theil-sen.ts";

const RULE = NUMBERS.exhaustion;

interface Fall {
  /** The least before its peak, and from the fall on. */
  readonly before: Point;
  readonly after: Point;
  readonly peak: number;
}

/**
 * May these looks, which grow at `slope` a second, end in a collection? No: the lows around the last fall rise, too.
 * Or it has risen without a fall for most of the time that is looked at. Or it is nearly used up, and higher than
 * before the last fall.
 */
export function mayBeCollected(points: readonly Point[], slope: number, limit: number): boolean {
  const values = points.map(({ value }) => value);
  const least = Math.min(...values);
  const range = Math.max(...values) - least;
  const fall = lastFall(points, RULE.fallShare * range);
  const used = values.at(-1) ?? 0;
  const isNear = used >= RULE.nearShare * limit;
  if (fall === null) {
    const began = points.findLast(({ value }) => value <= least + RULE.overPeak * range)?.at ?? 0;
    return !isNear && (points.at(-1)?.at ?? 0) - began < RULE.riseS;
  }
  const { before, after, peak } = fall;
  const rises = after.value - before.value >= RULE.lowsShare * slope * (after.at - before.at);
  return !rises && !(isNear && used > peak + RULE.overPeak * range);
}

/** The last time that it fell by so much or more; null: it never did. */
function lastFall(points: readonly Point[], least: number): Fall | null {
  let found: { readonly at: number; readonly peakAt: number } | null = null;
  let peakAt = 0;
  const valueAt = (n: number): number => points[n]?.value ?? 0;
  for (let n = 1; n < points.length; n += 1) {
    if (valueAt(n) > valueAt(peakAt)) peakAt = n;
    else if (least > 0 && valueAt(peakAt) - valueAt(n) >= least) {
      found = { at: n, peakAt };
      peakAt = n;
    }
  }
  if (found === null) return null;
  const [before, after] = [lowOf(points.slice(0, found.peakAt + 1)), lowOf(points.slice(found.at))];
  return { before, after, peak: valueAt(found.peakAt) };
}

function lowOf(points: readonly Point[]): Point {
  return points.reduce((low, one) => (one.value < low.value ? one : low));
}

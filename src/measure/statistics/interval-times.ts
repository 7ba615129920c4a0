// Two sets of times of which each is known within bounds, or only to be longer than it was watched: is one longer, and
// by how much?

import type { Random } from "../../core/random.ts";
import type { Ms } from "../../core/units.ts";
import { z95 } from "./normal.ts";
import { permutedSumP } from "./permuted-sum.ts";

/** So many random deals as far apart as what was seen, and chance can do it, whatever comes. */
const asFarIsEnough = 200;

/** One trial's time: from `lo` to `hi`; `hi` is Infinity where it had not come to an end by `lo`. */
export interface IntervalTime {
  readonly lo: Ms;
  readonly hi: Ms;
}

/**
 * P(a > b) − P(a < b), each spread evenly over its bounds; of two that did not end nothing is known. One that did not
 * end is longer than whatever ended before it.
 */
export function longerBy(a: IntervalTime, b: IntervalTime): number {
  if (a.hi === Infinity && b.hi === Infinity) return 0;
  if (a.hi === Infinity) return shareBelow(b, a.lo);
  if (b.hi === Infinity) return -shareBelow(a, b.lo);
  if (a.lo >= b.hi || a.hi <= b.lo) return Math.sign(a.lo + a.hi - b.lo - b.hi);
  return meanShareBelow(b, a) - (1 - meanShareBelow(b, a));
}

function shareBelow({ lo, hi }: IntervalTime, at: Ms): number {
  if (hi <= lo) return at >= hi ? 1 : 0;
  return Math.min(1, Math.max(0, (at - lo) / (hi - lo)));
}

/** P(b < a), both even over their bounds: the mean over a of the share of b below it. */
function meanShareBelow(b: IntervalTime, a: IntervalTime): number {
  if (a.hi <= a.lo) return shareBelow(b, a.lo);
  if (b.hi <= b.lo) return 1 - shareBelow(a, b.lo);
  // The antiderivative of the share below: 0 up to b.lo, then a parabola, then a straight line.
  const area = (at: Ms): number => {
    if (at <= b.lo) return 0;
    return at < b.hi ? (at - b.lo) ** 2 / (2 * (b.hi - b.lo)) : at - (b.lo + b.hi) / 2;
  };
  return (area(a.hi) - area(a.lo)) / (a.hi - a.lo);
}

/**
 * Two-sided p that the two sets take equally long: Gehan's generalised Wilcoxon test (E. A. Gehan, Biometrika 52, 1965,
 * 203–223) in the form of N. Mantel (Biometrics 23, 1967, 65–78), with what is likely of two overlapping times in place
 * of 0, by random deals. Throws RangeError for an empty set.
 */
export function gehanPermuted(first: readonly IntervalTime[], second: readonly IntervalTime[], random: Random): number {
  checkSets(first, second);
  // Two-sided, so that the smaller set may be dealt: that is less work.
  const all = first.length <= second.length ? [...first, ...second] : [...second, ...first];
  const scores = all.map((one) => all.reduce((sum, other) => sum + longerBy(one, other), 0));
  return permutedSumP(scores, Math.min(first.length, second.length), random, asFarIsEnough);
}

/** How many times as long the second set takes, with a 95 % interval; Infinity: longer than was watched. */
export interface TimeRatio {
  /** Where one that did not end counts as longer than any. */
  readonly ratio: number;
  readonly lo: number;
  readonly hi: number;
  /** What can be said where some did not end: it lies between these. Absent where they are the ratio. */
  readonly known?: { readonly least: number; readonly most: number };
}

/**
 * Hodges–Lehmann estimate of a factor, the median of all ratios of a time of the second set to one of the first, and
 * its interval by the order statistics of those (J. L. Hodges, E. L. Lehmann, Ann. Math. Stat. 34, 1963, 598–611; E. L.
 * Lehmann, Nonparametrics, 2.6, with the normal distribution). A time is the middle of its bounds. One that did not end
 * is only known to be longer than it was watched: `lo` and `known.least` take the shortest that it may be, `hi` and
 * `known.most` the longest. Throws RangeError for an empty set.
 */
export function timeRatio(first: readonly IntervalTime[], second: readonly IntervalTime[]): TimeRatio {
  checkSets(first, second);
  const ratiosBy = (of: (after: IntervalTime, before: IntervalTime) => number): readonly number[] =>
    second.flatMap((after) => first.map((before) => of(after, before))).toSorted((a, b) => a - b);
  const least = ratiosBy((after, before) => (before.hi === Infinity ? 0 : ratioOf(shortest(after), middle(before))));
  const most = ratiosBy((after, before) =>
    after.hi === Infinity ? Infinity : ratioOf(middle(after), shortest(before)),
  );
  const [m, n] = [first.length, second.length];
  const out = Math.floor((m * n) / 2 - z95 * Math.sqrt((m * n * (m + n + 1)) / 12));
  const known = { least: medianRatio(least), most: medianRatio(most) };
  return {
    ratio: medianRatio(ratiosBy((after, before) => ratioOf(middle(after), middle(before)))),
    lo: out >= 1 ? (least[out - 1] ?? 0) : 0,
    hi: out >= 1 ? (most[m * n - out] ?? Infinity) : Infinity,
    ...(known.least !== known.most && { known }),
  };
}

/** Of sorted ratios, the geometric mean of the two in the middle. */
function medianRatio(ratios: readonly number[]): number {
  const half = (ratios.length - 1) / 2;
  const [low = 1, high = 1] = [ratios[Math.floor(half)], ratios[Math.ceil(half)]];
  if (low === high) return low;
  return low === 0 && high === Infinity ? 1 : Math.sqrt(low * high);
}

/** Of one that did not end, how long it was watched. */
function shortest(time: IntervalTime): Ms {
  return time.hi === Infinity ? time.lo : middle(time);
}

function middle({ lo, hi }: IntervalTime): Ms {
  return (lo + hi) / 2;
}

/** Of two that did not end: as long. */
function ratioOf(after: Ms, before: Ms): number {
  if (after === before) return 1;
  return before <= 0 ? Infinity : after / before;
}

function checkSets(first: readonly IntervalTime[], second: readonly IntervalTime[]): void {
  if (first.length === 0 || second.length === 0) throw new RangeError("two sets of times are compared, one is empty");
}

/**
 * Adjusts p-values so that all of them together are wrong as seldom as one (S. Holm, Scand. J. Stat. 6, 1979, 65–70);
 * in the order in which they came.
 */
export function holm(ps: readonly number[]): readonly number[] {
  const order = ps.map((p, index) => ({ p, index })).toSorted((a, b) => a.p - b.p);
  const adjusted = [...ps];
  let least = 0;
  for (const [rank, { p, index }] of order.entries()) {
    least = Math.max(least, Math.min(1, p * (ps.length - rank)));
    adjusted[index] = least;
  }
  return adjusted;
}

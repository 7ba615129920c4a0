// What of a series is within its own usual variation, and where its level changed.

/** Mean moving range times this is three standard deviations: 3 ÷ d2(2), d2(2) = 1.128. */
const threeSigma = 2.66;
/** Mean moving range of two divided by it is one standard deviation. */
const d2 = 1.128;
/** Fewest values for limits that mean anything. */
export const fewestForLimits = 8;
/** Fewest values on each side of a change. */
const fewestOnASide = 4;

/** Limits of single values. */
export interface Limits {
  readonly centre: number;
  readonly lo: number;
  readonly hi: number;
}

/**
 * Individuals chart: mean ± 2.66 times the mean moving range (W. A. Shewhart, 1931; D. C. Montgomery, Introduction to
 * Statistical Quality Control, 6.4). undefined for fewer than 8 values.
 */
export function individualsLimits(values: readonly number[]): Limits | undefined {
  if (values.length < fewestForLimits) return undefined;
  const [centre, out] = [meanOf(values), threeSigma * meanRange(values)];
  return { centre, lo: centre - out, hi: centre + out };
}

/** The levels of a series, and what is usual of the newest. */
export interface Levels {
  /** Indices at which a new level begins, in order. */
  readonly begins: readonly number[];
  /** Of the newest level; undefined while fewer than 8 of its values were measured. */
  readonly limits: Limits | undefined;
}

/**
 * Binary segmentation (A. J. Scott, M. Knott, Biometrics 30, 1974, 507–512) by the sum of squares around each mean. A
 * change must lower it by more than 3 · ln n variances, the variance being (mean moving range ÷ 1.128)², which a change
 * of level hardly touches. Every place is tried. Where the best leaves fewer than 4 values on a side, these are set
 * aside and the rest is looked at again: they are no level, nor may a later level begin before them for their sake, and
 * limits are without them as long as 8 others remain. The medians of two levels differ by a standard deviation, so
 * that one wild value is none. Limits are of values that are `measured` alone: the others are only the least that
 * they may have been.
 */
export function levelsOf(values: readonly number[], measured: readonly boolean[] = values.map(() => true)): Levels {
  if (values.length < fewestForLimits) return { begins: [], limits: undefined };
  const { begins, aside } = segmentsOf(values);
  const since = begins.at(-1) ?? 0;
  const newest = values.map((value, at) => ({ value, at })).filter(({ at }) => at >= since && measured[at] === true);
  const steady = newest.filter(({ at }) => !aside.has(at));
  const limits = (of: typeof newest): Limits | undefined => individualsLimits(of.map(({ value }) => value));
  return { begins, limits: limits(steady) ?? limits(newest) };
}

interface Segments {
  readonly begins: readonly number[];
  /** Indices of what is no level of its own. */
  readonly aside: ReadonlySet<number>;
}

function segmentsOf(values: readonly number[]): Segments {
  const variance = (meanRange(values) / d2) ** 2;
  const begins: number[] = [];
  const aside = new Set<number>();
  const setAside = (from: number, to: number): void => {
    for (let at = from; at < to; at += 1) aside.add(at);
  };
  const split = (from: number, to: number): void => {
    const at = bestSplit(values.slice(from, to), variance, 3 * Math.log(values.length));
    if (at === undefined) return;
    const [cut, after] = [from + at, to - from - at];
    if (at < fewestOnASide) setAside(from, cut);
    else split(from, cut);
    if (at >= fewestOnASide && after >= fewestOnASide) begins.push(cut);
    if (after < fewestOnASide) setAside(cut, to);
    else split(cut, to);
  };
  if (variance > 0) split(0, values.length);
  return { begins, aside };
}

/** Where two means lower the sum of squares most, by more than so many variances; undefined: nowhere. */
function bestSplit(values: readonly number[], variance: number, penalty: number): number | undefined {
  const whole = squares(values);
  let [best, most]: [number | undefined, number] = [undefined, penalty * variance];
  for (let at = 1; at < values.length; at += 1) {
    const [left, right] = [values.slice(0, at), values.slice(at)];
    const gain = whole - squares(left) - squares(right);
    if (gain <= most) continue;
    const isShort = Math.min(left.length, right.length) < fewestOnASide;
    if (isShort || (medianOf(left) - medianOf(right)) ** 2 > variance) [best, most] = [at, gain];
  }
  return best;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.ceil((sorted.length - 1) / 2)]];
  return ((low ?? 0) + (high ?? 0)) / 2;
}

function meanRange(values: readonly number[]): number {
  const ranges = values.slice(1).map((value, at) => Math.abs(value - (values[at] ?? value)));
  return ranges.length === 0 ? 0 : meanOf(ranges);
}

function squares(values: readonly number[]): number {
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}

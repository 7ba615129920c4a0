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

/**
 * Indices at which a new level begins, in order: binary segmentation (A. J. Scott, M. Knott, Biometrics 30, 1974,
 * 507–512) by the sum of squares around each mean. A change must lower it by more than 3 · ln n variances, the variance
 * being (mean moving range ÷ 1.128)², which a change of level hardly touches; at least 4 values stay on each side, and
 * the medians of both differ by a standard deviation, so that one wild value is no level.
 */
export function levelChanges(values: readonly number[]): readonly number[] {
  const variance = (meanRange(values) / d2) ** 2;
  if (values.length < fewestForLimits || variance === 0) return [];
  const penalty = 3 * Math.log(values.length) * variance;
  const split = (from: number, to: number): readonly number[] => {
    let best = { at: -1, gain: penalty };
    const whole = squares(values.slice(from, to));
    for (let at = from + fewestOnASide; at <= to - fewestOnASide; at += 1) {
      const gain = whole - squares(values.slice(from, at)) - squares(values.slice(at, to));
      const apart = Math.abs(medianOf(values.slice(from, at)) - medianOf(values.slice(at, to)));
      if (gain > best.gain && apart ** 2 > variance) best = { at, gain };
    }
    return best.at < 0 ? [] : [...split(from, best.at), best.at, ...split(best.at, to)];
  };
  return split(0, values.length);
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

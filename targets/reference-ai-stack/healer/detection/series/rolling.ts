// Mean and spread of the last samples, and how far they have moved: what a dashboard shows.
import type { Feature } from "./series.ts";

/** The value itself, or its opposite for what is odd when it is low. */
export function value(sign: 1 | -1): Feature {
  return (sample) => sign * sample.value;
}

/** Mean of the last `width` samples, with that sign. */
export function rollingMean(width: number, sign: 1 | -1): Feature {
  const last = lastOf(width);
  return (sample) => (last.add(sample.value) ? sign * meanOf(last.values) : Number.NaN);
}

/** How calm the last `width` samples are: −log of their standard deviation. A sensor that is stuck is too calm. */
export function calm(width: number): Feature {
  const last = lastOf(width);
  return (sample) => (last.add(sample.value) ? -Math.log(deviationOf(last.values) + 1e-3) : Number.NaN);
}

/** How restless they are: their standard deviation. */
export function unrest(width: number): Feature {
  const last = lastOf(width);
  return (sample) => (last.add(sample.value) ? deviationOf(last.values) : Number.NaN);
}

/** Distance between the means of the last `width` samples and of the `width` before. */
export function levelStep(width: number): Feature {
  const last = lastOf(2 * width);
  return (sample) => {
    if (!last.add(sample.value)) return Number.NaN;
    const { values } = last;
    const sum = (from: number, to: number): number => values.slice(from, to).reduce((total, one) => total + one, 0);
    return Math.abs(sum(width, 2 * width) - sum(0, width)) / width;
  };
}

interface Last {
  /** Oldest first. */
  readonly values: number[];
  /** Is the window full now? */
  add(value: number): boolean;
}

function lastOf(width: number): Last {
  const values: number[] = [];
  return {
    values,
    add(one) {
      values.push(one);
      if (values.length > width) values.shift();
      return values.length === width;
    },
  };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, one) => sum + one, 0) / values.length;
}

function deviationOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / values.length);
}

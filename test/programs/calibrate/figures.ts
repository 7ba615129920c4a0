// From samples to coverage, bias and width, and what of them is out of bounds. Pure.

import type { Ms, Share } from "../../../src/core/units.ts";
import type { ComparedMark, Sample, Wrong } from "./compare.ts";

export interface Figures {
  readonly n: number;
  readonly covered: number;
  readonly coverage: Share;
  /** Mean of `at` − truth with its standard error; absent without samples, the error below two. */
  readonly biasMs?: Ms;
  readonly biasErrorMs?: Ms;
  readonly medianWidthMs?: Ms;
}

/** What must be kept. */
interface Bounds {
  readonly coverage: Share;
  readonly biasMs: Ms;
  readonly widthMs: Ms;
}

/** At least 99 % covered, mean within 5 ms, median width at most two periods of a 20 ms probe and 5 ms. */
const bounds: Bounds = { coverage: 0.99, biasMs: 5, widthMs: 2 * 20 + 5 };

/**
 * Marks whose bias and width are bound. t0 is known from one side only, t8 is our own action, t2c and t3 come as t2
 * does.
 */
const boundMarks: readonly ComparedMark[] = ["t1", "t2", "t4", "t5", "t6", "t7", "relapse"];

/** Of t0 the truth is an upper bound, so that only the lower end can be wrong. */
export function isCovered({ mark, lo, hi, truth, blurMs }: Sample): boolean {
  return lo <= truth + blurMs && (mark === "t0" || truth - blurMs <= hi);
}

export function figuresOf(samples: readonly Sample[]): Figures {
  const n = samples.length;
  const covered = samples.filter(isCovered).length;
  if (n === 0) return { n, covered, coverage: 0 };
  const errors = samples.map(({ at, truth }) => at - truth);
  const biasMs = mean(errors);
  const spread = Math.sqrt(errors.reduce((sum, error) => sum + (error - biasMs) ** 2, 0) / (n - 1));
  return {
    n,
    covered,
    coverage: covered / n,
    biasMs,
    ...(n > 1 && { biasErrorMs: spread / Math.sqrt(n) }),
    medianWidthMs: middle(samples.map(({ lo, hi }) => hi - lo)),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[(sorted.length >> 1) - 1] ?? Number.NaN) + upper) / 2;
}

/** What a whole calibration found. */
export interface Found {
  readonly planned: number;
  readonly trials: number;
  readonly samples: readonly Sample[];
  readonly wrongs: readonly Wrong[];
}

/**
 * Everything that is out of bounds, in words; none means calibrated. Judged are conclusive trials. On a loaded machine
 * intervals may be as wide, and marks as far off, as they say, but the truth must lie in them all the same. No data is
 * never a pass.
 */
export function breaches({ planned, trials, samples, wrongs }: Found, loaded: boolean): string[] {
  const found: string[] = [];
  if (trials < planned) found.push(`${trials} of ${planned} trials left a record and a truth`);
  const conclusive = samples.filter((sample) => sample.conclusive);
  if (conclusive.length === 0) return [...found, "not one trial was conclusive"];
  for (const mark of new Set(conclusive.map((sample) => sample.mark))) {
    const figures = figuresOf(conclusive.filter((sample) => sample.mark === mark));
    if (figures.coverage < bounds.coverage)
      found.push(`${mark}: the truth lies in ${figures.covered} of ${figures.n} intervals (bound: 99 %)`);
    if (loaded || !boundMarks.includes(mark)) continue;
    const { biasMs = Infinity, medianWidthMs = Infinity } = figures;
    if (Math.abs(biasMs) > bounds.biasMs)
      found.push(`${mark}: ${biasMs.toFixed(1)} ms off in the mean (bound: ${bounds.biasMs} ms)`);
    if (medianWidthMs > bounds.widthMs)
      found.push(`${mark}: the median interval is ${medianWidthMs.toFixed(1)} ms wide (bound: ${bounds.widthMs} ms)`);
  }
  const said = wrongs.filter((wrong) => wrong.conclusive);
  return [...found, ...said.map(({ trial, shape, says }) => `${trial} (${shape}) says something wrong: ${says}`)];
}

// Where a yes-or-no answer turns, found by few trials with noisy answers: the dose at which recovery breaks in half of
// the trials, or at which an impact is reached in half of them.

import type { Share } from "../../core/units.ts";

/** One answered trial: at a place of the dose from 0 to 1, whether it broke. */
export interface DoseAnswer {
  readonly place: number;
  readonly broke: boolean;
}

/** What is known of the breaking place. */
export interface DoseEstimate {
  /** Median of what is believed; beyond 0 or 1 it lies outside of what may be tried. */
  readonly median: number;
  /** Between these it lies, with the credibility below; infinite: it may lie beyond all that may be tried. */
  readonly lo: number;
  readonly hi: number;
}

/** How far the places go at which it may be tried. */
interface Reach {
  /** Places that may be tried, rising. */
  readonly places: readonly number[];
  /** None above it. */
  readonly ceiling: number;
}

/** The interval is said to hold it with this credibility: chosen by simulation, so that it holds it in 95 of 100. */
export const credibility: Share = 0.98;
/** Steps of the thresholds that are weighed; they reach this far beyond what can be tried. */
const step = 1 / 100;
const beyond = 0.3;
/** Width of the turn, as the scale of the logistic curve: from almost a step to a fifth of the range. */
const widths = [0.004, 0.02, 0.05, 0.1] as const;
/** A trial goes the other way for another reason so often. */
const lapse: Share = 0.04;
/** No trial is tried further above the harshest that was tried. */
const mostRise = 0.25;

interface Belief {
  readonly threshold: number;
  readonly width: number;
}

const thresholds = Array.from({ length: Math.round((1 + 2 * beyond) / step) + 1 }, (_, index) => index * step - beyond);
const beliefs: readonly Belief[] = thresholds.flatMap((threshold) => widths.map((width) => ({ threshold, width })));

/** Chance that a trial at a place breaks: lapse + (1 − 2 lapse) ÷ (1 + exp(−(place − threshold) ÷ width)). */
function breaks({ threshold, width }: Belief, place: number): number {
  return lapse + (1 - 2 * lapse) / (1 + Math.exp((threshold - place) / width));
}

/**
 * Weights of all beliefs after some answers, by Bayes' rule from an even start.
 *
 * The model is that of adaptive psychometric tests: a logistic curve of unknown threshold and width, with a fixed lapse
 * (L. L. Kontsevich, C. W. Tyler, Vision Research 39, 1999, 2729–2737; A. B. Watson, D. G. Pelli, Perception &
 * Psychophysics 33, 1983, 113–120).
 */
function weigh(answers: readonly DoseAnswer[]): Float64Array {
  const weights = Float64Array.from(beliefs, (belief) =>
    answers.reduce((product, { place, broke }) => {
      const chance = breaks(belief, place);
      return product * (broke ? chance : 1 - chance);
    }, 1),
  );
  return normalised(weights);
}

function normalised(weights: Float64Array): Float64Array {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** Weight of each threshold, over all widths. */
function ofThresholds(weights: Float64Array): Float64Array {
  const sums = new Float64Array(thresholds.length);
  for (const [index, weight] of weights.entries()) {
    const at = Math.floor(index / widths.length);
    sums[at] = (sums[at] ?? 0) + weight;
  }
  return sums;
}

/**
 * Where to try next: of the places within reach the one after whose answer least is expected to be unknown of the
 * threshold (expected entropy; Kontsevich & Tyler as above; of the threshold alone: N. Prins, Journal of Vision 13,
 * 2013, 7:3). It never rises by more than a quarter of the range above what was tried, as dose escalation in people
 * does not skip doses (S. N. Goodman et al., Statistics in Medicine 14, 1995, 1149–1161).
 * Undefined: nothing is in reach.
 */
export function nextPlace(answers: readonly DoseAnswer[], { places, ceiling }: Reach): number | undefined {
  const tried = answers.reduce((most, { place }) => Math.max(most, place), 0);
  const reach = places.filter((place) => place <= ceiling && place <= tried + mostRise + 1e-9);
  const weights = weigh(answers);
  let best: { readonly place: number; readonly unknown: number } | undefined;
  for (const place of reach.length === 0 ? places.filter((it) => it <= ceiling).slice(0, 1) : reach) {
    const unknown = expectedEntropy(weights, place);
    if (best === undefined || unknown < best.unknown - 1e-12) best = { place, unknown };
  }
  return best?.place;
}

/** With joint weights a and b of both answers, Σ p · H(p) is H of the joint less H of the answer itself. */
function expectedEntropy(weights: Float64Array, place: number): number {
  let [sum, yes, unknown] = [0, 0, 0];
  for (const [at, threshold] of thresholds.entries()) {
    let [broke, held] = [0, 0];
    for (const [index, width] of widths.entries()) {
      const weight = weights[at * widths.length + index] ?? 0;
      const chance = breaks({ threshold, width }, place);
      broke += weight * chance;
      held += weight * (1 - chance);
    }
    yes += broke;
    sum += broke + held;
    unknown += surprise(broke) + surprise(held);
  }
  return unknown - surprise(yes) - surprise(sum - yes);
}

/** −p · ln p, nats. */
function surprise(p: number): number {
  return p > 0 ? -p * Math.log(p) : 0;
}

/**
 * What the answers say of the threshold: the median, and the interval with the same weight outside on both sides. An
 * end is open where it lies beyond the places, which rise: a ceiling below the last does not open it, as answers at the
 * ceiling tell of what lies above. A closed end is never beyond the places.
 */
export function estimateDose(answers: readonly DoseAnswer[], places: readonly number[]): DoseEstimate {
  const weights = ofThresholds(weigh(answers));
  const tail = (1 - credibility) / 2;
  const lo = quantile(weights, tail) - step / 2;
  const hi = quantile(weights, 1 - tail) + step / 2;
  const least = places[0] ?? 0;
  const most = places.at(-1) ?? 1;
  return {
    median: quantile(weights, 0.5),
    lo: lo < least ? -Infinity : Math.min(lo, most),
    hi: hi > most ? Infinity : Math.max(hi, least),
  };
}

function quantile(weights: Float64Array, share: Share): number {
  let sum = 0;
  for (const [index, weight] of weights.entries()) {
    sum += weight;
    if (sum >= share) return thresholds[index] ?? 1;
  }
  return thresholds.at(-1) ?? 1;
}

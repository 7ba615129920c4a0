// A detector whose score on NAB is published, written anew from its definition, so that the scorer can be held against
// NAB's; and the simplest rule that there is.

import { normalBeyond } from "../../../../src/measure/statistics/normal.ts";
import type { Score } from "../../../../targets/reference-ai-stack/healer/detection/series/series.ts";

const WINDOW = 6400;
/** The moments are taken anew, once the window is full, with every hundredth value. */
const STEP = 100;
const LEAST_SIGMA = 1e-6;

/**
 * NAB's windowed Gaussian: 1 − the tail beyond the value, of a normal law with the moments of the last 6,400 values.
 */
export function windowedGaussian(): Score {
  let window: number[] = [];
  let waiting: number[] = [];
  let [mean, sigma] = [0, 0];
  return ({ value }) => {
    const z = Math.abs(value - mean) / (sigma || LEAST_SIGMA);
    const score = window.length === 0 ? 0 : 1 - normalBeyond(z) / 2;
    if (window.length < WINDOW) window.push(value);
    else waiting.push(value);
    if (window.length === WINDOW && waiting.length > 0 && waiting.length < STEP) return score;
    window = [...window.slice(waiting.length), ...waiting];
    waiting = [];
    mean = window.reduce((sum, one) => sum + one, 0) / window.length;
    sigma = Math.sqrt(window.reduce((sum, one) => sum + (one - mean) ** 2, 0) / window.length);
    return score;
  };
}

/** The one-line rule: a value outside of all that was before. */
export function outOfRange(): Score {
  let low = Infinity;
  let high = -Infinity;
  return ({ value }) => {
    const out = high >= low && (value < low || value > high);
    low = Math.min(low, value);
    high = Math.max(high, value);
    return out ? 1 : 0;
  };
}

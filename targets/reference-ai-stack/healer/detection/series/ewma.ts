// A slowly moving average, and how far above it the series has come: for drift that no single sample shows.
import type { Score } from "./series.ts";

export interface EwmaRule {
  /** Weight of the last sample, 0 to 1. */
  readonly lambda: number;
  /** Samples from which mean and spread of health are learned; nothing is judged before. */
  readonly learn: number;
}

/**
 * Distance of the average from the learned mean in its own standard deviations, to either side: the EWMA chart
 * (Roberts 1959) with the exact width σ √(λ/(2 − λ) · (1 − (1 − λ)^2t)).
 */
export function ewmaScore({ lambda, learn }: EwmaRule): Score {
  const healthy: number[] = [];
  let mean = 0;
  let sigma = 0;
  let average = 0;
  let shrink = 1;
  return ({ value }) => {
    if (healthy.length < learn) {
      healthy.push(value);
      mean = healthy.reduce((sum, one) => sum + one, 0) / healthy.length;
      sigma = Math.sqrt(healthy.reduce((sum, one) => sum + (one - mean) ** 2, 0) / Math.max(1, healthy.length - 1));
      average = mean;
      return 0;
    }
    average += lambda * (value - average);
    shrink *= (1 - lambda) ** 2;
    const width = sigma * Math.sqrt((lambda / (2 - lambda)) * (1 - shrink));
    return width === 0 ? (average === mean ? 0 : Infinity) : Math.abs(average - mean) / width;
  };
}

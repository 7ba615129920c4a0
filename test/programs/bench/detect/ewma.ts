// The EWMA chart over one series: how far its slowly moving average has come.
import { ewmaAt, ewmaStep, ewmaWidth } from "../../../../targets/reference-ai-stack/healer/detection/ewma.ts";
import type { Score } from "../../../../targets/reference-ai-stack/healer/detection/series/series.ts";

export interface EwmaRule {
  /** Weight of the last sample, 0 to 1. */
  readonly lambda: number;
  /** Samples from which mean and spread of health are learned; nothing is judged before. */
  readonly learn: number;
}

/** Distance of the average from the learned mean in its own standard deviations, to either side. */
export function ewmaScore({ lambda, learn }: EwmaRule): Score {
  const healthy: number[] = [];
  let mean = 0;
  let sigma = 0;
  let chart = ewmaAt(0);
  return ({ value }) => {
    if (healthy.length < learn) {
      healthy.push(value);
      mean = healthy.reduce((sum, one) => sum + one, 0) / healthy.length;
      sigma = Math.sqrt(healthy.reduce((sum, one) => sum + (one - mean) ** 2, 0) / Math.max(1, healthy.length - 1));
      chart = ewmaAt(mean);
      return 0;
    }
    chart = ewmaStep(chart, value, lambda);
    const width = ewmaWidth(chart, sigma, lambda);
    return width === 0 ? (chart.average === mean ? 0 : Infinity) : Math.abs(chart.average - mean) / width;
  };
}

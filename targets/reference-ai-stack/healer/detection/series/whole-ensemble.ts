// The ensemble that is scored on NAB (`npm run bench:detect`): thirteen features of one long series and what each
// weighs.
import { jointScore, peaksOf, type Member } from "./ensemble.ts";
import { leftDiscord } from "./left-discord.ts";
import { calm, levelStep, rollingMean, unrest, value } from "./rolling.ts";
import { sameTimeOfDay } from "./same-time-of-day.ts";
import { ofLog, type Score } from "./series.ts";
import { surpriseOf, type SurpriseRule } from "./surprise.ts";

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

/** Features and weights as a search over all files of NAB found them (0236). */
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

/** A score at rest. Only its peaks are above 0. */
export function wholeEnsemble(): Score {
  return peaksOf(jointScore(MEMBERS), { restSamples: 29, worse: 1.551 });
}

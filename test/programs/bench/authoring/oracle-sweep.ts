// The figure of sweeps: on an oracle whose breaking dose is known, the interval of a sweep holds it, and its sentence
// is true. Trials are simulated, so that hundreds of sweeps take seconds; search and sentence are the product's own.

import type { Dose } from "../../../../src/core/dose.ts";
import { seededRandom } from "../../../../src/core/random.ts";
import type { Sweep, SweepTrial } from "../../../../src/records/sweep.ts";
import { breaksSentence } from "../../../../src/report/sweep-text.ts";
import { breakingDose } from "../../../../src/run/sweep/breaking-dose.ts";
import { searchDose, type Searched } from "../../../../src/run/sweep/search-dose.ts";

/**
 * How an oracle answers: `width` of the turn as the scale of a logistic curve, and how often it lapses; `caps`: what
 * breaks is disabling, as it is where users wait for a recovery that does not come.
 */
export interface Oracle {
  readonly name: string;
  readonly width: number;
  readonly lapse: number;
  readonly caps: boolean;
}

/** From a clean step to a turn over a third of the range with lapses. */
export const oracles: readonly Oracle[] = [
  { name: "clean step", width: 0, lapse: 0 },
  { name: "noisy turn", width: 0.03, lapse: 0 },
  { name: "wide noisy turn, lapses", width: 0.06, lapse: 0.02 },
].flatMap((oracle) => [
  { ...oracle, caps: false },
  { ...oracle, name: `${oracle.name}, disabling`, caps: true },
]);

/** Trials of one sweep at most: the goal of the figure. */
export const mostTrials = 12;
const places = Array.from({ length: 41 }, (_, index) => index / 40);

/** What one sweep of an oracle came to, and the place where it truly breaks in half of the trials. */
interface OracleSweep extends Searched {
  readonly truth: number;
  readonly trials: readonly Pick<SweepTrial, "dose" | "answer">[];
}

/** Places are its doses. */
const dose: Dose = { param: "dose", unit: "share", mildest: 0, harshest: 1, scale: "linear" };

/** Whether what a sweep says goes against its own trials: none may break and be said not to. */
function isWrong({ estimate, trials, ceiling }: OracleSweep): boolean {
  const breaks = breakingDose(dose, estimate);
  const sweep: Pick<Sweep, "unit" | "param" | "mildest" | "harshest"> = dose;
  const says = breaksSentence({ ...sweep, breaks, trials, ...(ceiling !== undefined && { ceiling }) });
  return says.includes("not shown to break") && trials.some(({ answer }) => answer === "broke");
}

/** One sweep; the truth lies anywhere in nine tenths of the range. */
async function sweepOracle({ width, lapse, caps }: Oracle, seed: number): Promise<OracleSweep> {
  const random = seededRandom(seed, "oracle");
  const truth = 0.05 + 0.9 * random.next();
  const trials: Pick<SweepTrial, "dose" | "answer">[] = [];
  const chance = (place: number): number => {
    const turned = width === 0 ? Number(place >= truth) : 1 / (1 + Math.exp((truth - place) / width));
    return lapse + (1 - 2 * lapse) * turned;
  };
  const searched = await searchDose({
    places,
    most: mostTrials,
    tryAt(place) {
      const broke = random.next() < chance(place);
      trials.push({ dose: place, answer: broke ? "broke" : "held" });
      return Promise.resolve({ broke, caps: caps && broke });
    },
  });
  return { ...searched, truth, trials };
}

/**
 * Of some seeds: in how many the interval held the truth, in how many the sentence was wrong, in how many the interval
 * was closed on both sides, and its width.
 */
export interface OracleFigures {
  readonly seeds: number;
  readonly inside: number;
  readonly wrong: number;
  readonly closed: number;
  /** Median width within the range, as a share of it. */
  readonly width: number;
  readonly mostTrials: number;
}

/** Sweeps one oracle with seeds from 1 on. */
export async function oracleFigures(oracle: Oracle, seeds: number): Promise<OracleFigures> {
  const sweeps: OracleSweep[] = [];
  for (let seed = 1; seed <= seeds; seed += 1) sweeps.push(await sweepOracle(oracle, seed));
  const within = sweeps.map(({ estimate: { lo, hi } }) => ({ lo: Math.max(0, lo), hi: Math.min(1, hi) }));
  const widths = within.map(({ lo, hi }) => hi - lo).sort((a, b) => a - b);
  return {
    seeds,
    inside: sweeps.filter(({ truth, estimate: { lo, hi } }) => lo <= truth && truth <= hi).length,
    wrong: sweeps.filter(isWrong).length,
    closed: sweeps.filter(({ estimate: { lo, hi } }) => lo > -Infinity && hi < Infinity).length,
    width: widths[Math.floor(seeds / 2)] ?? 1,
    mostTrials: Math.max(...sweeps.map(({ trials }) => trials.length)),
  };
}

// Several scores as one: each weighs what it is worth, together they are as high as they are long (Euclidean norm).
// Then peaks only: what follows upon an alarm is the same trouble, unless it is clearly worse.
import type { Score } from "./series.ts";

export interface Member {
  readonly name: string;
  readonly weight: number;
  /** Begins a score at rest. */
  readonly open: () => Score;
}

export interface PeakRule {
  /** For so many samples after a peak nothing counts that is not `worse` times as high. */
  readonly restSamples: number;
  readonly worse: number;
}

/** Scores below this are never a peak. */
const LEAST = 0.3;

/** √Σ (weight × score)². */
export function jointScore(members: readonly Member[]): Score {
  const scores = members.map(({ weight, open }) => ({ weight, score: open() }));
  return (sample) => Math.sqrt(scores.reduce((sum, { weight, score }) => sum + (weight * score(sample)) ** 2, 0));
}

/** The score where it is a peak, else 0. */
export function peaksOf(score: Score, { restSamples, worse }: PeakRule): Score {
  let peak = { row: -Infinity, score: 0 };
  let row = -1;
  return (sample) => {
    row += 1;
    const here = score(sample);
    const top = row - peak.row <= restSamples ? peak.score : 0;
    if (here <= LEAST || here <= worse * top) return 0;
    peak = { row, score: here };
    return here;
  };
}

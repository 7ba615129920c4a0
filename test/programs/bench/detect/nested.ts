// What a search is worth on a folder that it did not see: members and weights of an ensemble are chosen anew without
// each folder of NAB, by how well they do on folders that were held out of the choice within, and then judged on it.

import { jointScore, peaksOf } from "../../../../targets/reference-ai-stack/healer/detection/series/ensemble.ts";
import { leftDiscord } from "../../../../targets/reference-ai-stack/healer/detection/series/left-discord.ts";
import {
  calm,
  levelStep,
  rollingMean,
  unrest,
  value,
} from "../../../../targets/reference-ai-stack/healer/detection/series/rolling.ts";
import { sameTimeOfDay } from "../../../../targets/reference-ai-stack/healer/detection/series/same-time-of-day.ts";
import {
  ofLog,
  type Feature,
  type Score,
} from "../../../../targets/reference-ai-stack/healer/detection/series/series.ts";
import { surpriseOf } from "../../../../targets/reference-ai-stack/healer/detection/series/surprise.ts";
import type { NabFile, Profile } from "./nab-data.ts";
import { fitThreshold, judge, normalised, rawAt, type Scored } from "./nab-score.ts";

interface Candidate {
  readonly name: string;
  readonly open: () => Feature;
}

const CANDIDATES: readonly Candidate[] = [
  { name: "high value", open: () => value(1) },
  { name: "low value", open: () => value(-1) },
  ...[12, 30].flatMap((width): Candidate[] => [
    { name: `high mean of ${width}`, open: () => rollingMean(width, 1) },
    { name: `low mean of ${width}`, open: () => rollingMean(width, -1) },
  ]),
  { name: "high mean of 12 (log)", open: () => ofLog(rollingMean(12, 1)) },
  ...[12, 80].map((width): Candidate => ({ name: `unrest of ${width}`, open: () => unrest(width) })),
  ...[30, 80].map((width): Candidate => ({ name: `calm of ${width}`, open: () => calm(width) })),
  ...[12, 40].map((width): Candidate => ({ name: `step of ${width}`, open: () => levelStep(width) })),
  { name: "step of 40 (log)", open: () => ofLog(levelStep(40)) },
  { name: "discord of 8", open: () => leftDiscord(8) },
  { name: "discord of 8 (log)", open: () => ofLog(leftDiscord(8)) },
  { name: "discord of 24", open: () => leftDiscord(24) },
  { name: "unlike this time of day", open: () => sameTimeOfDay() },
];

/** How each feature becomes a score: the same for all, and not searched. */
const SURPRISE = { memory: Infinity, quantile: 0.99, leastSigma: 1 };
/** What follows upon a peak: as in the ensemble of the loop, and not searched. */
const REST = 29;
const WORSE = 1.5;
const LEAST = 0.3;
const WEIGHTS = [0.5, 1];
const MOST_MEMBERS = 8;

/** All candidates with one weight: nothing of it was chosen by a label. */
export function evenEnsemble(): Score {
  const members = CANDIDATES.map(({ name, open }) => ({
    name,
    weight: 1,
    open: () => surpriseOf(open(), SURPRISE),
  }));
  return peaksOf(jointScore(members), { restSamples: REST, worse: WORSE });
}

/** Squares of the scores of each file, one array for each candidate. */
type Squares = readonly (readonly Float32Array[])[];

export interface Nested {
  /** By folder: what was chosen without it, and what that scores on it. */
  readonly folders: readonly { readonly folder: string; readonly members: readonly string[]; readonly score: number }[];
  /** Mean of the folders that have windows. */
  readonly mean: number;
}

/** Takes minutes. `say`: told about each folder. */
export function searchNested(files: readonly NabFile[], profile: Profile, say: (line: string) => void): Nested {
  const squares = CANDIDATES.map(({ open }) =>
    files.map((file) => {
      const score = surpriseOf(open(), SURPRISE);
      return Float32Array.from(file.values, (one, row) => score({ at: file.times[row] ?? 0, value: one }) ** 2);
    }),
  );
  const folders = [...new Set(files.map(({ folder }) => folder))].map((folder) => {
    const seen = files.map((file) => file.folder !== folder);
    const { sums, members } = choose(files, squares, seen, profile);
    const scored = scoredBy(files, sums);
    const { threshold } = fitThreshold(
      scored.filter((_, i) => seen[i]),
      profile,
    );
    const inside = scored.filter((_, i) => !seen[i]);
    const score = normalised(
      rawAt(inside, threshold, profile),
      inside.map(({ file }) => file),
      profile,
    );
    say(`  without ${folder}: ${members.join(", ")}; on it ${Number.isFinite(score) ? score.toFixed(1) : "no window"}`);
    return { folder, members, score };
  });
  const judged = folders.filter(({ score }) => Number.isFinite(score));
  return { folders, mean: judged.reduce((sum, { score }) => sum + score, 0) / judged.length };
}

/** Forward selection: the member and weight that help most, as long as one helps. */
function choose(
  files: readonly NabFile[],
  squares: Squares,
  seen: readonly boolean[],
  profile: Profile,
): { readonly sums: readonly Float32Array[]; readonly members: readonly string[] } {
  let sums: readonly Float32Array[] = files.map(({ values }) => new Float32Array(values.length));
  const members: string[] = [];
  let best = -Infinity;
  while (members.length < MOST_MEMBERS) {
    let found: { name: string; sums: readonly Float32Array[]; worth: number } | undefined;
    for (const [i, of] of squares.entries()) {
      for (const weight of WEIGHTS) {
        const tried = added(sums, of, weight);
        const worth = worthWithin(
          scoredBy(files, tried).filter((_, n) => seen[n]),
          profile,
        );
        const name = `${weight} × ${CANDIDATES[i]?.name ?? ""}`;
        if (worth > (found?.worth ?? best)) found = { name, sums: tried, worth };
      }
    }
    if (found === undefined) break;
    ({ sums, worth: best } = found);
    members.push(found.name);
  }
  return { sums, members };
}

/** Of the folders that may be seen: each judged with the threshold of the others, all rotations together. */
function worthWithin(scored: readonly Scored[], profile: Profile): number {
  return judge(scored, profile).heldOutPooled;
}

function added(sums: readonly Float32Array[], squares: readonly Float32Array[], weight: number): Float32Array[] {
  return sums.map((sum, i) => sum.map((value, row) => value + weight ** 2 * (squares[i]?.[row] ?? 0)));
}

/** The peaks of the joint score, as `peaksOf` has them. */
function scoredBy(files: readonly NabFile[], sums: readonly Float32Array[]): readonly Scored[] {
  return files.map((file, i) => {
    const squares = sums[i] ?? new Float32Array();
    const scores = new Float64Array(squares.length);
    let [row, height] = [-Infinity, 0];
    squares.forEach((square, here) => {
      const score = Math.sqrt(square);
      const top = here - row <= REST ? height : 0;
      if (score <= LEAST || score <= WORSE * top) return;
      scores[here] = score;
      [row, height] = [here, score];
    });
    return { file, scores };
  });
}

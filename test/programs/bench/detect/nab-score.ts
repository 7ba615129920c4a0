// The score of the Numenta Anomaly Benchmark (Lavin and Ahmad 2015), written anew from its definition: a detection
// counts by where it lies in its window, the earlier the more; each one outside costs; a window without any costs.
// Pure.

import type { NabFile, Profile } from "./nab-data.ts";

/** What each row of a file is worth when it is detected. */
interface Worth {
  /** First row that counts: rows before are for learning. */
  readonly from: number;
  readonly worth: Float64Array;
  /** The window that each row lies in; -1 outside. */
  readonly window: Int16Array;
  readonly windows: number;
}

/** A file with the scores that a detector gave to its rows; the higher, the odder. */
export interface Scored {
  readonly file: NabFile;
  readonly scores: Float64Array;
}

/** The highest raw score over all thresholds, and the lowest threshold that reaches it. */
export interface Fit {
  readonly threshold: number;
  readonly raw: number;
}

const PROBATION_SHARE = 0.15;
const PROBATION_OF_ROWS = 5000;
const FAR = 3;

/** Rows at the begin of a file that are not scored: 15 %, at most 750. */
export function probationOf(rows: number): number {
  return Math.min(Math.floor(PROBATION_SHARE * rows), PROBATION_SHARE * PROBATION_OF_ROWS);
}

/** From near 1 at the left edge of a window (-1) over 0 at its right edge (0) to -1 far behind it. */
function scaledSigmoid(position: number): number {
  return position >= FAR ? -1 : 2 / (1 + Math.exp(5 * position)) - 1;
}

const worths = new WeakMap<NabFile, { readonly profile: Profile; readonly worth: Worth }>();

/** Kept for each file: a search asks for it thousands of times. */
function worthOf(file: NabFile, profile: Profile): Worth {
  const known = worths.get(file);
  if (known?.profile === profile) return known.worth;
  const worth = reckonWorth(file, profile);
  worths.set(file, { profile, worth });
  return worth;
}

function reckonWorth({ values, windows }: NabFile, { tp, fp }: Profile): Worth {
  const rows = values.length;
  const worth = new Float64Array(rows);
  const window = new Int16Array(rows).fill(-1);
  const best = scaledSigmoid(-1);
  let next = 0;
  let before: readonly [number, number] | undefined;
  for (let row = 0; row < rows; row += 1) {
    const here = windows[next];
    if (here !== undefined && row >= here[0]) {
      const width = here[1] - here[0] + 1;
      worth[row] = (tp * scaledSigmoid(-(here[1] - row + 1) / width)) / best;
      window[row] = next;
      if (row === here[1]) {
        before = here;
        next += 1;
      }
    } else {
      worth[row] = fp * (before === undefined ? -1 : scaledSigmoid((row - before[1]) / (before[1] - before[0])));
    }
  }
  return { from: probationOf(rows), worth, window, windows: windows.length };
}

/** The raw score of these files at one threshold: a row is detected when its score is not below it. */
export function rawAt(scored: readonly Scored[], threshold: number, profile: Profile): number {
  let raw = 0;
  for (const { file, scores } of scored) {
    const { from, worth, window, windows } = worthOf(file, profile);
    const best = new Float64Array(windows).fill(-profile.fn);
    for (let row = from; row < scores.length; row += 1) {
      if ((scores[row] ?? 0) < threshold) continue;
      const [at, value] = [window[row] ?? -1, worth[row] ?? 0];
      if (at < 0) raw += value;
      else best[at] = Math.max(best[at] ?? 0, value);
    }
    raw += best.reduce((sum, value) => sum + value, 0);
  }
  return raw;
}

/**
 * The threshold with the highest raw score. Rows with a score of 0 are never detected; with no threshold at all
 * (Infinity) every window is missed.
 */
export function fitThreshold(scored: readonly Scored[], profile: Profile): Fit {
  const rows: { readonly score: number; readonly worth: number; readonly window: string }[] = [];
  let raw = 0;
  for (const { file, scores } of scored) {
    const { from, worth, window, windows } = worthOf(file, profile);
    raw -= profile.fn * windows;
    for (let row = from; row < scores.length; row += 1) {
      const score = scores[row] ?? 0;
      const at = window[row] ?? -1;
      if (score > 0) rows.push({ score, worth: worth[row] ?? 0, window: at < 0 ? "" : `${file.name} ${at}` });
    }
  }
  rows.sort((a, b) => b.score - a.score);
  const best = new Map<string, number>();
  let fit: Fit = { threshold: Infinity, raw };
  rows.forEach(({ score, worth, window }, i) => {
    const had = window === "" ? 0 : (best.get(window) ?? -profile.fn);
    if (window === "") raw += worth;
    else if (worth > had) {
      best.set(window, worth);
      raw += worth - had;
    }
    if (rows[i + 1]?.score !== score && raw > fit.raw) fit = { threshold: score, raw };
  });
  return fit;
}

/** 0: nothing detected; 100: every window at its first row, and nothing else. NaN where there is no window. */
export function normalised(raw: number, files: readonly NabFile[], { tp, fn }: Profile): number {
  const windows = files.reduce((sum, file) => sum + file.windows.length, 0);
  const nothing = -fn * windows;
  return (100 * (raw - nothing)) / (tp * windows - nothing);
}

/** A detector's score with one threshold fitted on all files, and with each folder held out of the fitting once. */
export interface Results {
  readonly fitted: number;
  readonly threshold: number;
  /** By folder, with the threshold of all others. A folder without a window has no normalised score. */
  readonly heldOut: readonly { readonly folder: string; readonly score: number; readonly raw: number }[];
  /** Mean of the folders that have windows. */
  readonly heldOutMean: number;
  /** Of all rotations together, those without a window too. */
  readonly heldOutPooled: number;
}

/** Judges one detector. */
export function judge(scored: readonly Scored[], profile: Profile): Results {
  const files = scored.map(({ file }) => file);
  const fit = fitThreshold(scored, profile);
  const folders = [...new Set(files.map(({ folder }) => folder))];
  const heldOut = folders.map((folder) => {
    const inside = scored.filter(({ file }) => file.folder === folder);
    const { threshold } = fitThreshold(
      scored.filter(({ file }) => file.folder !== folder),
      profile,
    );
    const raw = rawAt(inside, threshold, profile);
    return {
      folder,
      raw,
      score: normalised(
        raw,
        inside.map(({ file }) => file),
        profile,
      ),
    };
  });
  const judged = heldOut.filter(({ score }) => Number.isFinite(score));
  const raw = heldOut.reduce((sum, one) => sum + one.raw, 0);
  return {
    fitted: normalised(fit.raw, files, profile),
    threshold: fit.threshold,
    heldOut,
    heldOutMean: judged.reduce((sum, { score }) => sum + score, 0) / judged.length,
    heldOutPooled: normalised(raw, files, profile),
  };
}

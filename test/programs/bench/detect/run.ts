// Runs one detector over all files of NAB and measures what it costs and how late it is.

import type { Score } from "../../../../targets/reference-ai-stack/healer/detection/series/series.ts";
import type { NabFile } from "./nab-data.ts";
import { probationOf, type Scored } from "./nab-score.ts";

export interface Ran {
  readonly scored: readonly Scored[];
  readonly nsPerSample: number;
}

/** Each file begins at rest. */
export function runOn(files: readonly NabFile[], open: () => Score): Ran {
  // Processor time, because other programs may have the processor too.
  const begun = process.cpuUsage();
  const scored = files.map((file) => {
    const score = open();
    const scores = file.values.map((value, row) => score({ at: file.times[row] ?? 0, value }));
    return { file, scores };
  });
  const samples = files.reduce((sum, { values }) => sum + values.length, 0);
  const { user, system } = process.cpuUsage(begun);
  return { scored, nsPerSample: ((user + system) * 1000) / samples };
}

/** What became of the windows at one threshold. */
export interface Delays {
  readonly windows: number;
  readonly seen: number;
  /** Rows outside of windows that were detected. */
  readonly falseAlarms: number;
  /** Of the windows that were seen: samples from the window's begin to the first detection, sorted. */
  readonly delays: readonly number[];
}

/** Rows of the learning time count for nothing, as in the score. */
export function delaysAt(scored: readonly Scored[], threshold: number): Delays {
  const delays: number[] = [];
  let windows = 0;
  let falseAlarms = 0;
  for (const { file, scores } of scored) {
    windows += file.windows.length;
    const firsts = file.windows.map(() => -1);
    for (let row = Math.ceil(probationOf(scores.length)); row < scores.length; row += 1) {
      if ((scores[row] ?? 0) < threshold) continue;
      const at = file.windows.findIndex(([from, to]) => row >= from && row <= to);
      if (at < 0) falseAlarms += 1;
      else if (firsts[at] === -1) firsts[at] = row - (file.windows[at]?.[0] ?? 0);
    }
    delays.push(...firsts.filter((delay) => delay >= 0));
  }
  return { windows, seen: delays.length, falseAlarms, delays: delays.sort((a, b) => a - b) };
}

// What a row of `bench:models` and `bench:retrieval` is: one figure that has to be kept, how it is measured on real
// stacks, and what came of it. One file each, one line in rows.ts.

import { shown, summarise } from "../healer/figures.ts";

/** What a figure came to. */
export interface Reached {
  readonly what: string;
  readonly reached: string;
  readonly goal: string;
  readonly isKept: boolean;
}

export interface BenchSetting {
  /** The folder of the build. */
  readonly root: string;
  readonly cacheDir: string;
  /** How often each row repeats what it measures; a row may take a multiple of it. */
  readonly rounds: number;
  /** For as long a row watches that repeats nothing. */
  readonly minutes: number;
  /** Tells what just came out, a line at a time. */
  readonly say: (line: string) => void;
}

export interface BenchRow {
  readonly name: string;
  measure(setting: BenchSetting): Promise<readonly Reached[]>;
}

/** Below so many rounds nothing is said at the median. */
const LEAST_ROUNDS = 12;

/** A time that is kept at the median: by the upper end of its 95 % interval. Undefined: it never came. */
export function medianFigure(what: string, times: readonly (number | undefined)[], goalMs: number): Reached {
  const { n, seen, medianMs, lowMs, highMs } = summarise(times);
  const few = n < LEAST_ROUNDS ? `; too few for the median, which needs ${LEAST_ROUNDS}` : "";
  return {
    what: `${what}, ${seen} of ${n}`,
    reached: `median ${shown(medianMs)}, 95 % interval ${shown(lowMs)} to ${shown(highMs)}${few}`,
    goal: `≤ ${shown(goalMs)}`,
    isKept: n >= LEAST_ROUNDS && highMs <= goalMs,
  };
}

/**
 * Exact one-sided upper bound of 95 % on a share that showed `seen` times in `n` trials (Clopper and Pearson 1934): the
 * share at which so few, or fewer, come in one of twenty such rows. Of none it is near 3 / n.
 */
export function boundOn(seen: number, n: number): number {
  if (seen >= n) return 1;
  let [low, high] = [0, 1];
  for (let step = 0; step < 60; step += 1) {
    const share = (low + high) / 2;
    if (atMost(seen, n, share) > 0.05) low = share;
    else high = share;
  }
  return high;
}

/** The chance of `most` or fewer in `n` trials of that share, 0 to 1 exclusive. */
function atMost(most: number, n: number, share: number): number {
  let one = (1 - share) ** n;
  let sum = one;
  for (let k = 1; k <= most; k += 1) {
    one *= ((n - k + 1) / k) * (share / (1 - share));
    sum += one;
  }
  return sum;
}

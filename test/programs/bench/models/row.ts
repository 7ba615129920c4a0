// What a row of `bench:models` is: one figure that serving has to keep, how it is measured on real stacks, and what
// came of it. One file each, one line in rows.ts.

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
  /** Tells what just came out, a line at a time. */
  readonly say: (line: string) => void;
}

export interface BenchRow {
  readonly name: string;
  measure(setting: BenchSetting): Promise<readonly Reached[]>;
}

/** The median, ms; Infinity where half of them never came. */
export function medianOf(times: readonly (number | undefined)[]): number {
  const sorted = times.map((ms) => ms ?? Infinity).toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = Infinity, high = Infinity] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]];
  return (low + high) / 2;
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

export function seconds(ms: number): string {
  return Number.isFinite(ms) ? `${(ms / 1000).toFixed(2)} s` : "never";
}

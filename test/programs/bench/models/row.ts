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

/** Upper bound of 95 % on a share of which `n` trials showed none (exact; near 3 / n). */
export function boundOnNone(n: number): number {
  return 1 - 0.05 ** (1 / n);
}

export function seconds(ms: number): string {
  return Number.isFinite(ms) ? `${(ms / 1000).toFixed(2)} s` : "never";
}

// Which rows are looked at: shuffled by a seed, so that a sample is spread over the whole corpus and can be repeated.

/** The rows 0 … count − 1 in an order given by the seed (Fisher–Yates on mulberry32). */
export function shuffledRows(count: number, seed: number): readonly number[] {
  const rows = Array.from({ length: count }, (_, row) => row);
  const random = mulberry32(seed);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [rows[i], rows[j]] = [rows[j] ?? 0, rows[i] ?? 0];
  }
  return rows;
}

/** The newest rows: those of the last minute where one a second is written. */
export const FRESH_ROWS = 64;

/** The newest `n` rows of `count`, the newest first; none of `gone`. */
export function newestRows(count: number, n: number, gone: ReadonlySet<number>): readonly number[] {
  const rows: number[] = [];
  for (let row = count - 1; row >= 0 && rows.length < n; row -= 1) if (!gone.has(row)) rows.push(row);
  return rows;
}

/** `n` different rows of `count`, or all of them, in the order of {@link shuffledRows}; none of `gone`. */
export function someRows(count: number, n: number, seed: number, gone: ReadonlySet<number>): readonly number[] {
  return shuffledRows(count, seed)
    .filter((row) => !gone.has(row))
    .slice(0, n);
}

/**
 * `n` different rows of `count`, or all of them, by the seed; none of `gone`. One in five is one of the newest: an
 * index of before knows all rows but these.
 */
export function sampledRows(count: number, n: number, seed: number, gone: ReadonlySet<number>): readonly number[] {
  const newest = newestRows(count, FRESH_ROWS, gone);
  const fresh = someRows(newest.length, Math.floor(n / 5), seed, NONE).map((at) => newest[at] ?? 0);
  const taken = new Set(fresh);
  const others = someRows(count, n + fresh.length, seed, gone).filter((row) => !taken.has(row));
  return [...fresh, ...others].slice(0, n);
}

const NONE: ReadonlySet<number> = new Set();

/** Tommy Ettinger's 32-bit generator: small, seeded, good enough to spread a sample. */
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

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

/**
 * `n` different rows of `count`, or all of them, by the seed. One in five is one of the newest: an index of before
 * knows all rows but these.
 */
export function sampledRows(count: number, n: number, seed: number): readonly number[] {
  const span = Math.min(FRESH_ROWS, count);
  const fresh = shuffledRows(span, seed)
    .slice(0, Math.floor(n / 5))
    .map((row) => count - 1 - row);
  const taken = new Set(fresh);
  const others = shuffledRows(count, seed).filter((row) => !taken.has(row));
  return [...fresh, ...others].slice(0, n);
}

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

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

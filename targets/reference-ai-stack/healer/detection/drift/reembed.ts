// The cheapest test of an embedding model, and the first: texts that never change must keep their vectors.

export interface Reembedding {
  readonly checked: number;
  /** Texts, by place, whose vector differs by more than rounding does. */
  readonly changed: readonly number[];
  /** Cosine of each text's two vectors; -1 where their lengths differ. */
  readonly similarities: readonly number[];
  /** Least cosine similarity of a text's two vectors; -1 where their lengths differ. */
  readonly leastSimilarity: number;
}

/** Rounding of 32-bit floats in another order of additions stays far below this. */
const ROUNDING = 1e-4;

/**
 * Compares vectors that were kept with vectors of now, text by text. Throws when their numbers differ, or there are
 * none.
 */
export function compareEmbeddings(kept: readonly Float32Array[], now: readonly Float32Array[]): Reembedding {
  if (kept.length === 0 || kept.length !== now.length) {
    throw new Error(
      `${kept.length} vectors were kept and ${now.length} are here: the same texts are needed on both sides`,
    );
  }
  const similarities = kept.map((vector, i) => cosine(vector, now[i] ?? new Float32Array()));
  return {
    checked: kept.length,
    changed: similarities.flatMap((similarity, i) => (similarity >= 1 - ROUNDING ? [] : [i])),
    similarities,
    leastSimilarity: Math.min(...similarities),
  };
}

/** -1 for different lengths, and for a vector without a direction. */
function cosine(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return -1;
  let [dot, left, right] = [0, 0, 0];
  a.forEach((value, i) => {
    const other = b[i] ?? 0;
    dot += value * other;
    left += value * value;
    right += other * other;
  });
  const similarity = dot / Math.sqrt(left * right);
  return Number.isFinite(similarity) ? similarity : -1;
}

// What a replica answers to a prompt of ours, and when two answers are the same.

export type Answer = { readonly says: string } | { readonly vector: readonly number[] };

/** Rounding of 32-bit floats in another order of additions stays far below this, as a distance of cosines. */
const rounding = 1e-4;

/** Completions of one text, and embeddings of one direction. */
export function areAlike(one: Answer, other: Answer): boolean {
  if ("says" in one) return "says" in other && one.says === other.says;
  return "vector" in other && cosine(one.vector, other.vector) >= 1 - rounding;
}

/** Of vectors of different lengths, or without a direction: no number that is above another. */
function cosine(one: readonly number[], other: readonly number[]): number {
  if (one.length !== other.length) return Number.NaN;
  const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, n) => sum + x * (b[n] ?? 0), 0);
  return dot(one, other) / Math.sqrt(dot(one, one) * dot(other, other));
}

// Whether an index gives back the vector that the record store holds. Asked of 16 rows a second in each replica, and
// of all of them for a digest, while it answers users: so in plain loops, forty times as fast as spreading 512
// numbers into a call.

/** Of vectors of length one; an engine that makes them so itself gives them back rounded. */
const SAME_WITHIN = 1e-5;

/** Do both point the same way? Cosine is all that a search knows of them. */
export function sameVector(one: Float32Array | undefined, other: Float32Array): boolean {
  if (one?.length !== other.length) return false;
  const [own, others] = [lengthOf(one), lengthOf(other)];
  for (let i = 0; i < one.length; i += 1) {
    if (!(Math.abs((one[i] ?? 0) / own - (other[i] ?? 0) / others) <= SAME_WITHIN)) return false;
  }
  return true;
}

/** Euclidean; NaN when a component is none. */
export function lengthOf(vector: Float32Array): number {
  let sum = 0;
  for (const part of vector) sum += part * part;
  return Math.sqrt(sum);
}

/**
 * Beyond these lengths 32-bit floats are in doubt: engines sum squares, which end at 1e-38 and 3e38, and Chroma adds
 * 1e-30 to the length that it divides by. No embedding comes near them.
 */
const [LEAST_LENGTH, MOST_LENGTH] = [1e-6, 1e6] as const;

/** Can every engine find it by its direction? All that is stored can be, so an index can be made of it anew. */
export function hasDirection(vector: Float32Array): boolean {
  const length = lengthOf(vector);
  return length >= LEAST_LENGTH && length <= MOST_LENGTH;
}

// Whether an index gives back the vector that the record store holds.

/** Of vectors of length one; an engine that makes them so itself gives them back rounded. */
const SAME_WITHIN = 1e-5;

/** Do both point the same way? Cosine is all that a search knows of them. */
export function sameVector(one: Float32Array | undefined, other: Float32Array): boolean {
  if (one?.length !== other.length) return false;
  const [own, others] = [Math.hypot(...one), Math.hypot(...other)];
  return one.every((component, i) => Math.abs(component / own - (other[i] ?? 0) / others) <= SAME_WITHIN);
}

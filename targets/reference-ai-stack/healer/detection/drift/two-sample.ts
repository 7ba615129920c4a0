// Do the questions of now lie elsewhere than those of before? The main direction of the reference's vectors (PCA by
// power iteration), and the two-sample test of Kolmogorov and Smirnov along each of the first few.

export interface TwoSample {
  /** The greatest distance of the two distribution functions. */
  readonly distance: number;
  /** The chance of such a distance without drift (Kolmogorov's limit law). */
  readonly p: number;
}

const ITERATIONS = 50;
const COMPONENTS = 3;

/** Throws for an empty sample. */
export function kolmogorovSmirnov(first: readonly number[], second: readonly number[]): TwoSample {
  if (first.length === 0 || second.length === 0) throw new Error("a sample is empty");
  const a = first.toSorted((x, y) => x - y);
  const b = second.toSorted((x, y) => x - y);
  let [i, j, distance] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const at = Math.min(a[i] ?? 0, b[j] ?? 0);
    while (i < a.length && (a[i] ?? 0) <= at) i += 1;
    while (j < b.length && (b[j] ?? 0) <= at) j += 1;
    distance = Math.max(distance, Math.abs(i / a.length - j / b.length));
  }
  const root = Math.sqrt((a.length * b.length) / (a.length + b.length));
  return { distance, p: kolmogorovBeyond(root * distance) };
}

/** P(K > x) of Kolmogorov's law: 2 Σ (−1)^(k−1) exp(−2 k² x²). */
export function kolmogorovBeyond(x: number): number {
  // Below this the law differs from 1 by less than 1e-12, and the series would need many terms.
  if (x < 0.18) return 1;
  let sum = 0;
  for (let k = 1; k <= 100; k += 1) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * k * k * x * x);
  return Math.min(1, Math.max(0, sum));
}

/** The least p along the reference's first three directions, times their number (Bonferroni). */
export function driftOfVectors(reference: readonly Float32Array[], present: readonly Float32Array[]): TwoSample {
  const { mean, directions } = mainDirections(reference, COMPONENTS);
  const tests = directions.map((direction) => {
    const along = (vector: Float32Array): number =>
      direction.reduce((sum, weight, i) => sum + weight * ((vector[i] ?? 0) - (mean[i] ?? 0)), 0);
    return kolmogorovSmirnov(reference.map(along), present.map(along));
  });
  const least = tests.reduce((a, b) => (b.p < a.p ? b : a));
  return { distance: least.distance, p: Math.min(1, tests.length * least.p) };
}

interface Directions {
  readonly mean: Float64Array;
  readonly directions: readonly Float64Array[];
}

/** Of length 1 and at right angles; the one with the most variance first. Throws for no vectors. */
export function mainDirections(vectors: readonly Float32Array[], count: number): Directions {
  const size = vectors[0]?.length ?? 0;
  if (size === 0) throw new Error("no vectors");
  const mean = new Float64Array(size);
  for (const vector of vectors) vector.forEach((value, i) => (mean[i] = (mean[i] ?? 0) + value / vectors.length));
  const centred = vectors.map((vector) => Float64Array.from(vector, (value, i) => value - (mean[i] ?? 0)));
  const directions: Float64Array[] = [];
  while (directions.length < Math.min(count, size)) {
    // A start that is the same each time and lies in no plane of symmetry.
    let direction = Float64Array.from({ length: size }, (_, i) => Math.sin(i * 12.9898 + directions.length + 1));
    for (let n = 0; n < ITERATIONS; n += 1) direction = step(direction, centred, directions);
    directions.push(direction);
  }
  return { mean, directions };
}

/** Once more through the covariance, at right angles to what was found before. */
function step(
  direction: Float64Array,
  centred: readonly Float64Array[],
  found: readonly Float64Array[],
): Float64Array<ArrayBuffer> {
  const next = new Float64Array(direction.length);
  for (const row of centred) {
    const along = dot(row, direction);
    row.forEach((value, i) => (next[i] = (next[i] ?? 0) + along * value));
  }
  for (const other of found) {
    const along = dot(next, other);
    other.forEach((value, i) => (next[i] = (next[i] ?? 0) - along * value));
  }
  const length = Math.sqrt(dot(next, next));
  return length === 0 ? next : next.map((value) => value / length);
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}

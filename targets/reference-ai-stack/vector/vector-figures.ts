// Two figures of all vectors that an index gives back, against those of the record store: where their middle lies, and
// how many have another length. Both cost a pass over all rows, which a digest makes anyway.
import { DIMENSIONS } from "../embedder/cache.ts";
import { lengthOf } from "./same-vector.ts";

export interface VectorFigures {
  /** Cosine between the mean of the index's vectors and that of the record store's, each of length 1. */
  readonly centroid: number;
  /** Share of rows whose vector in the index lacks, or is neither as long as the record store's nor as long as 1. */
  readonly oddLengths: number;
}

export interface Figuring {
  readonly add: (stored: Float32Array, held: Float32Array | undefined) => void;
  /** Takes all rows that another one took. */
  readonly addAll: (more: Figuring) => void;
  readonly taken: () => Taken;
  readonly figures: () => VectorFigures;
}

/** Sums of vectors of length 1. */
interface Taken {
  readonly stored: Float64Array;
  readonly held: Float64Array;
  readonly rows: number;
  readonly odd: number;
}

/** A vector may be so much longer or shorter: an engine may round. */
const LENGTH_WITHIN = 0.01;

/** Takes one row after the other. */
export function createFigures(): Figuring {
  const [stored, held] = [new Float64Array(DIMENSIONS), new Float64Array(DIMENSIONS)];
  let [rows, odd] = [0, 0];
  return {
    add(vector, found) {
      rows += 1;
      const length = addUnit(stored, vector);
      const own = found === undefined ? 0 : addUnit(held, found);
      if (!isAbout(own, length) && !isAbout(own, 1)) odd += 1;
    },
    addAll(figuring) {
      const more = figuring.taken();
      rows += more.rows;
      odd += more.odd;
      for (let i = 0; i < DIMENSIONS; i += 1) {
        stored[i] = (stored[i] ?? 0) + (more.stored[i] ?? 0);
        held[i] = (held[i] ?? 0) + (more.held[i] ?? 0);
      }
    },
    taken: () => ({ stored, held, rows, odd }),
    figures: () => ({ centroid: cosine(stored, held), oddLengths: rows === 0 ? 0 : odd / rows }),
  };
}

/** Adds the vector at length 1, and returns the length that it has; one without a direction is not added. */
function addUnit(sum: Float64Array, vector: Float32Array): number {
  const length = lengthOf(vector);
  if (!(length > 0) || !Number.isFinite(length)) return 0;
  for (let i = 0; i < sum.length; i += 1) sum[i] = (sum[i] ?? 0) + (vector[i] ?? 0) / length;
  return length;
}

function isAbout(length: number, wanted: number): boolean {
  return wanted > 0 && Math.abs(length / wanted - 1) <= LENGTH_WITHIN;
}

/** -1 where one of them has no direction. */
function cosine(one: Float64Array, other: Float64Array): number {
  let [dot, left, right] = [0, 0, 0];
  for (let i = 0; i < one.length; i += 1) {
    const [a, b] = [one[i] ?? 0, other[i] ?? 0];
    dot += a * b;
    left += a * a;
    right += b * b;
  }
  const cos = dot / Math.sqrt(left * right);
  return Number.isFinite(cos) ? cos : -1;
}

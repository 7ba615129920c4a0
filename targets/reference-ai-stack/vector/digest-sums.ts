// What rows come to: exclusive ors of their hashes, and the figures of their vectors.
import { createFigures, type Figuring } from "./vector-figures.ts";

/** Of a hash as it goes into a sum. */
export const HASH_BYTES = 8;

/** Of all rows that were added. */
export interface Sums {
  readonly records: Buffer;
  readonly index: Buffer;
  readonly documents: Buffer;
  readonly figures: Figuring;
}

export function noSums(): Sums {
  const [records, index, documents] = [Buffer.alloc(HASH_BYTES), Buffer.alloc(HASH_BYTES), Buffer.alloc(HASH_BYTES)];
  return { records, index, documents, figures: createFigures() };
}

/** Exclusive or: the order of the rows does not matter. */
export function add(sum: Buffer, hash: Buffer): void {
  for (let at = 0; at < HASH_BYTES; at += 1) sum[at] = (sum[at] ?? 0) ^ (hash[at] ?? 0);
}

export function addSums(to: Sums, more: Sums): void {
  add(to.records, more.records);
  add(to.index, more.index);
  add(to.documents, more.documents);
  to.figures.addAll(more.figures);
}

/**
 * What rows come to that the index gives back bit for bit: as long as they are the same rows with the same vectors, it
 * is what it was. To read and to compare them costs a fraction of working it out.
 */
export function keepBlocks(
  addRow: (row: number, vector: Float32Array, sums: Sums) => void,
): (rows: readonly number[], vectors: readonly Float32Array[]) => Sums {
  const known = new Map<number, { rows: readonly number[]; vectors: readonly Float32Array[]; sums: Sums }>();
  return (rows, vectors) => {
    const [first = -1] = rows;
    const kept = known.get(first);
    if (kept !== undefined && isEqual(kept.rows, rows) && isEqual(kept.vectors, vectors)) return kept.sums;
    const sums = noSums();
    rows.forEach((row, at) => addRow(row, vectors[at] ?? new Float32Array(), sums));
    known.set(first, { rows, vectors, sums });
    return sums;
  };
}

function isEqual<T>(one: readonly T[], other: readonly T[]): boolean {
  return one.length === other.length && one.every((item, at) => item === other[at]);
}

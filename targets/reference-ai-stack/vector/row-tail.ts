// The tail of an index: vectors that the file does not hold, or holds as they were before. A row that is written again
// gets a new label, and the old one is passed over.
import { createTail, type RowHit } from "./index-file.ts";

export interface RowTail {
  /** Rows that can be found in it. */
  readonly rows: () => number;
  /** What it holds of rows that were dropped, or put again since. */
  readonly dead: () => number;
  readonly put: (row: number, vector: Float32Array) => void;
  readonly drop: (row: number) => void;
  /** The vector of a row that can be found in it. */
  readonly vectorOf: (row: number) => Float32Array | undefined;
  /** The nearest rows, best first. */
  readonly search: (vector: Float32Array, k: number) => readonly RowHit[];
}

/** An empty tail. */
export function createRowTail(): RowTail {
  const tail = createTail();
  const rowOf: number[] = [];
  const labelOf = new Map<number, number>();
  return {
    rows: () => labelOf.size,
    dead: () => rowOf.length - labelOf.size,
    put(row, vector) {
      const label = rowOf.push(row) - 1;
      tail.add(label, vector);
      labelOf.set(row, label);
    },
    drop: (row) => void labelOf.delete(row),
    vectorOf(row) {
      const label = labelOf.get(row);
      return label === undefined ? undefined : tail.vectorOf(label);
    },
    search: (vector, k) =>
      tail
        .search(vector, k + rowOf.length - labelOf.size)
        .flatMap(({ row: label, score }) => {
          const row = rowOf[label] ?? -1;
          return labelOf.get(row) === label ? [{ row, score }] : [];
        })
        .slice(0, k),
  };
}

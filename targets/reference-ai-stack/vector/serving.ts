// One generation of the index as a replica searches it: the file, and a tail in memory of what the file does not hold,
// or holds as it was before. What either holds of rows that are gone or were written again is dead: each search has to
// ask for so many hits more to get past them.
import type { EngineIndex } from "./engines/engine.ts";
import type { Holding } from "./held-rows.ts";
import type { RowHit } from "./index-file.ts";
import type { RecordStore } from "./record-store.ts";
import { createRowTail } from "./row-tail.ts";

export interface Serving {
  /** Rows that a search can find. */
  readonly rows: () => number;
  /** Rows that the file and the tail hold, dead ones among them. */
  readonly held: () => number;
  readonly dead: () => number;
  /** The nearest rows, best first. */
  readonly search: (vector: Float32Array, k: number) => Promise<readonly RowHit[]>;
  /** The vector of a row as the file or the tail gives it back. */
  readonly vectorOf: (row: number) => Promise<Float32Array | undefined>;
  /** A row was stored, anew or again. */
  readonly put: (row: number, vector: Float32Array) => void;
  /** A row was removed. */
  readonly drop: (row: number) => void;
  readonly close: () => Promise<void>;
}

/** Serves an open index whose manifest says `holding`; the tail is filled from the record store. */
export function serve(index: EngineIndex, holding: Holding, records: RecordStore): Serving {
  const { rows, without = [], changes = 0 } = holding;
  const leftOut = new Set(without);
  const inFile = (row: number): boolean => row < index.rows && !leftOut.has(row);
  const again = records.rewrittenSince(changes);
  const dead = new Set([...records.removed, ...again].filter(inFile));
  const tail = createRowTail();
  const behind = Array.from({ length: Math.max(0, records.count() - rows) }, (_, n) => rows + n);
  for (const row of new Set([...again.filter((one) => one < rows), ...without, ...behind])) {
    if (!records.removed.has(row)) tail.put(row, records.vectorOf(row));
  }
  const search: Serving["search"] = async (vector, k) => {
    const asked = k + dead.size;
    const hits = await index.search(vector, asked);
    // All as it is now: a row that was written again meanwhile is dead in the file, and in the tail as it is now.
    const living = dead.size === 0 ? hits : hits.filter(({ row }) => !dead.has(row));
    if (living.length < k && k + dead.size > asked) return search(vector, k);
    return merged(living.slice(0, k), tail.search(vector, k), k);
  };
  return {
    rows: () => index.rows - leftOut.size - dead.size + tail.rows(),
    held: () => index.rows - leftOut.size + tail.rows() + tail.dead(),
    dead: () => dead.size + tail.dead(),
    search,
    vectorOf: async (row) => tail.vectorOf(row) ?? index.vectorOf(row),
    put(row, vector) {
      tail.put(row, vector);
      if (inFile(row)) dead.add(row);
    },
    drop(row) {
      tail.drop(row);
      if (inFile(row)) dead.add(row);
    },
    close: () => index.close(),
  };
}

/** The best of both, best first; the lower row first among equals. */
function merged(left: readonly RowHit[], right: readonly RowHit[], k: number): readonly RowHit[] {
  if (right.length === 0) return left;
  return [...left, ...right].sort((a, b) => b.score - a.score || a.row - b.row).slice(0, k);
}

// The record store of a vector replica: id, title, text and vector of every row, in SQLite. The truth that the index is
// checked against; its vectors are held in memory for exact search. What was appended is on the disk before it is
// acknowledged.
import { DatabaseSync } from "@photostructure/sqlite";
import { DIMENSIONS, bytes, floats } from "../embedder/cache.ts";
import type { RowHit } from "./index-file.ts";
import { lengthOf } from "./same-vector.ts";
import type { StoredRecord } from "./stored-record.ts";
import { documentsIn, openHoldings, type Holdings } from "./holdings.ts";
import { openProvenance, removedIn, lastChange, rewrittenIn, type DocumentWrite, type Written } from "./provenance.ts";
import type { Lineage, NewVector } from "./lineage.ts";

export type { StoredRecord } from "./stored-record.ts";

export interface RecordStore {
  /** Rows, those that were removed among them: rows are never given to another record. */
  readonly count: () => number;
  /** Rows that hold nothing any more. */
  readonly removed: ReadonlySet<number>;
  /** Which documents there are, to be compared with a sibling's. */
  readonly holdings: Omit<Holdings, "set" | "withdraw">;
  /** Whether a record of that id was there and was removed. */
  readonly wasRemoved: (id: string) => boolean;
  /**
   * Rows that were written again after that change, 0: ever. An index that took up changes to there holds them as they
   * were before.
   */
  readonly rewrittenSince: (change: number) => readonly number[];
  /** Row → id; undefined for a row that was removed, or never stored (a damaged index may name any). */
  readonly idOf: (row: number) => string | undefined;
  readonly vectorOf: (row: number) => Float32Array;
  /** The row of an id; undefined when it was never stored. */
  readonly rowOf: (id: string) => number | undefined;
  readonly textOf: (id: string) => { readonly id: string; readonly title: string; readonly text: string } | undefined;
  /** The `k` nearest rows by comparing with every vector; best first, the lower row first among equals. */
  readonly searchExact: (vector: Float32Array, k: number) => readonly RowHit[];
  /**
   * Stores a record as the next row and returns it. Throws when the id is there already, or the store was opened to
   * read only.
   */
  readonly append: (record: StoredRecord) => number;
  /** Writes one version of a document, all its passages or none. Throws with nothing written. */
  readonly write: (write: DocumentWrite) => Written;
  /** Where a row's passage comes from; undefined for the corpus and for what was stored without saying so. */
  readonly lineageOf: (row: number) => Lineage | undefined;
  /**
   * Gives passages that still say the same the vectors that they have here, all at once, as vectors of that model, and
   * returns their rows. Throws with nothing written.
   */
  readonly reembed: (passages: readonly StoredRecord[], model: string) => readonly number[];
  /** Rows that another model than that has embedded, by their lineage. */
  readonly countOthers: (model: string) => number;
  /** The newest rows of each model that their lineage names, so many of each at most. */
  readonly newestOfEach: (most: number) => readonly number[];
  readonly close: () => void;
}

/** A reader or writer waits this long for another process that has the store locked, ms. */
export const LOCK_TIMEOUT_MS = 5000;

const NOTHING = new Float32Array(DIMENSIONS);

/** Writes a new store; row i is `records[i]`. Throws when the file exists or an id occurs twice. */
export function writeRecords(file: string, records: readonly StoredRecord[]): void {
  const db = new DatabaseSync(file);
  try {
    db.exec(
      "CREATE TABLE records (row INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, vector BLOB NOT NULL)",
    );
    db.exec("BEGIN");
    const insert = db.prepare("INSERT INTO records (row, id, title, text, vector) VALUES (?, ?, ?, ?, ?)");
    records.forEach((record, row) => insert.run(row, record.id, record.title, record.text, bytes(record.vector)));
    db.exec("COMMIT");
  } finally {
    db.close();
  }
}

/** The stored vectors of the rows from `firstRow` on, by row. */
export function readVectorsFrom(file: string, firstRow: number): ReadonlyMap<number, Float32Array> {
  const db = new DatabaseSync(file, { readOnly: true, timeout: LOCK_TIMEOUT_MS });
  try {
    const rows = db.prepare("SELECT row, vector FROM records WHERE row >= ? ORDER BY row").all(firstRow);
    return new Map((rows as { row: number; vector: Uint8Array }[]).map(({ row, vector }) => [row, floats(vector)]));
  } finally {
    db.close();
  }
}

/** All that is stored at one moment, for an index that is made of it. */
export interface LivingRows {
  /** Rows that were ever given out. */
  readonly rows: number;
  /** Of them, those that were removed, in their order. */
  readonly without: readonly number[];
  /** The last change that is in it. */
  readonly changes: number;
  /** Of each row that is left. */
  readonly vectors: ReadonlyMap<number, Float32Array>;
}

/** Reads it while the replica may be writing: of one moment. */
export function readLivingRows(file: string): LivingRows {
  const db = new DatabaseSync(file, { readOnly: true, timeout: LOCK_TIMEOUT_MS });
  try {
    db.exec("BEGIN");
    const without = removedIn(db);
    const gone = new Set(without);
    const changes = lastChange(rewrittenIn(db));
    const all = db.prepare("SELECT row, vector FROM records ORDER BY row").all() as {
      row: number;
      vector: Uint8Array;
    }[];
    db.exec("COMMIT");
    const vectors = all.flatMap(({ row, vector }) => (gone.has(row) ? [] : [[row, floats(vector)] as const]));
    return { rows: all.length, without, changes, vectors: new Map(vectors) };
  } finally {
    db.close();
  }
}

/** The ids of the first `count` rows, in order. */
export function readIds(file: string, count: number): readonly string[] {
  const db = new DatabaseSync(file, { readOnly: true, timeout: LOCK_TIMEOUT_MS });
  try {
    const rows = db.prepare("SELECT id FROM records WHERE row < ? ORDER BY row").all(count);
    return (rows as { id: string }[]).map(({ id }) => id);
  } finally {
    db.close();
  }
}

/**
 * Opens a store and reads its ids and vectors into memory. Throws when it is missing, empty or not dense from row 0.
 */
export function openRecords(file: string, mode: "read-only" | "writable" = "read-only"): RecordStore {
  const db = new DatabaseSync(file, { readOnly: mode === "read-only", timeout: LOCK_TIMEOUT_MS });
  const { ids, vectors } = heldIn(db, file);
  const rowById = new Map(ids.map((id, row) => [id, row]));
  const vectorOf = (row: number): Float32Array => vectors[row] ?? NOTHING;
  const byId = db.prepare("SELECT id, title, text FROM records WHERE id = ?");
  const provenance = openProvenance(db);
  const { removed, rewritten } = provenance;
  const holdings = openHoldings(documentsIn(db));
  const rowOf = (id: string): number | undefined => {
    const row = rowById.get(id);
    return row === undefined || removed.has(row) ? undefined : row;
  };
  const textOf: RecordStore["textOf"] = (id) =>
    rowOf(id) === undefined ? undefined : (byId.get(id) as { id: string; title: string; text: string });
  return {
    count: () => ids.length,
    removed,
    holdings,
    rewrittenSince: (change) => [...rewritten].flatMap(([row, at]) => (at > change ? [row] : [])),
    wasRemoved: (id) => removed.has(rowById.get(id) ?? -1),
    idOf: (row) => (removed.has(row) ? undefined : ids[row]),
    vectorOf,
    rowOf,
    textOf,
    searchExact: (vector, k) => nearestOf(vectors, vector, { removed, k }),
    append: ({ id, title, text, vector }) => {
      const row = ids.length;
      const insert = db.prepare("INSERT INTO records (row, id, title, text, vector) VALUES (?, ?, ?, ?, ?)");
      insert.run(row, id, title, text, bytes(vector));
      ids.push(id);
      vectors.push(vector);
      rowById.set(id, row);
      holdings.set(id, { version: 0, isThere: true });
      return row;
    },
    write: (write) => {
      const written = provenance.write(write, { count: () => ids.length, rowOfAny: (id) => rowById.get(id) });
      for (const { row, record } of written.stored) {
        ids[row] = record.id;
        vectors[row] = record.vector;
        rowById.set(record.id, row);
      }
      const { document, version, passages, over = version } = write;
      if (written.outcome === "stored") holdings.set(document, { version, isThere: passages.length > 0 });
      if (over > version && written.outcome !== "taken") holdings.withdraw(document, over);
      return written;
    },
    lineageOf: provenance.lineageOf,
    reembed(passages, model) {
      const still = passages.flatMap((passage) => stillThere(passage, { rowOf, textOf }));
      provenance.reembed(still, model);
      for (const { row, vector } of still) vectors[row] = vector;
      return still.map(({ row }) => row);
    },
    countOthers: provenance.countOthers,
    newestOfEach: provenance.newestOfEach,
    close: () => db.close(),
  };
}

/** All ids and vectors, by row. Closes what it cannot take, and throws. */
function heldIn(db: InstanceType<typeof DatabaseSync>, file: string): { ids: string[]; vectors: Float32Array[] } {
  const rows = db.prepare("SELECT row, id, vector FROM records ORDER BY row").all() as {
    row: number;
    id: string;
    vector: Uint8Array;
  }[];
  if (rows.length === 0 || rows.some((entry, i) => entry.row !== i || entry.vector.byteLength !== DIMENSIONS * 4)) {
    db.close();
    throw new Error(`${file} is empty or its rows are not 0, 1, 2 … with ${DIMENSIONS} dimensions each`);
  }
  const matrix = new Float32Array(rows.length * DIMENSIONS);
  rows.forEach((entry, i) => matrix.set(floats(entry.vector), i * DIMENSIONS));
  return {
    ids: rows.map((entry) => entry.id),
    vectors: rows.map((_, row) => matrix.subarray(row * DIMENSIONS, (row + 1) * DIMENSIONS)),
  };
}

/** What was written anew or removed since it was embedded has nothing to do with that vector. */
function stillThere(
  { id, title, text, vector }: StoredRecord,
  { rowOf, textOf }: Pick<RecordStore, "rowOf" | "textOf">,
): readonly NewVector[] {
  const [row, now] = [rowOf(id), textOf(id)];
  return row === undefined || now?.text !== text || now.title !== title ? [] : [{ row, vector }];
}

interface Wanted {
  readonly removed: ReadonlySet<number>;
  readonly k: number;
}

/** The `k` best of all rows but those that were removed, the best first; of equal ones the lower row. */
function nearestOf(vectors: readonly Float32Array[], vector: Float32Array, { removed, k }: Wanted): readonly RowHit[] {
  const length = lengthOf(vector);
  const best: RowHit[] = [];
  for (const [row, own] of vectors.entries()) {
    const score = dot(own, vector) / (length * lengthOf(own));
    if (!Number.isFinite(score) || (best.length === k && score <= (best[k - 1]?.score ?? -Infinity))) continue;
    if (removed.has(row)) continue;
    const at = best.findLastIndex((hit) => hit.score >= score) + 1;
    best.splice(at, 0, { row, score });
    if (best.length > k) best.pop();
  }
  return best;
}

function dot(left: Float32Array, right: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < left.length; i++) sum += (left[i] ?? 0) * (right[i] ?? 0);
  return sum;
}

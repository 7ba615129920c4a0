// sqlite-vec behind the port: a virtual table in one SQLite file, searched exactly, chunk by chunk.
import { copyFile } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { DatabaseSync, type DatabaseSyncInstance } from "@photostructure/sqlite";
import { DIMENSIONS, bytes, floats } from "../../../embedder/cache.ts";
import type { RowHit } from "../../index-file.ts";
import type { VectorEngine } from "../engine.ts";
import { vectorPieces } from "./chunks.ts";
import { extensionFile } from "./extension.ts";

/**
 * Pages that SQLite keeps while it works; none of them outlives a search. The operating system caches the file anyway,
 * and a search reads all of it once: what happens to the file happens to the answers.
 */
const CACHED_PAGES = 10;
const FORGET_PAGES = "PRAGMA shrink_memory";
/**
 * The largest that SQLite has: a search reads all vectors, and takes 1.4 ms of a processor for 2,208 rows instead of
 * the 3.7 ms that it takes from pages of 4 KiB; a vector that is read back takes 0.07 ms instead of 0.24 ms.
 */
const PAGE_BYTES = 65_536;
/** More than sqlite-vec 0.1.9 takes is an error there. */
const MOST_HITS = 4096;

export const sqliteVec: VectorEngine = {
  name: "sqlite-vec",
  reads: "always",

  async build(vectors, index) {
    const db = openDatabase(index, false);
    try {
      db.exec(`PRAGMA page_size = ${PAGE_BYTES}`);
      db.exec(`CREATE VIRTUAL TABLE vectors USING vec0(embedding float[${DIMENSIONS}] distance_metric=cosine)`);
      insert(db, new Map(vectors.entries()));
    } finally {
      db.close();
    }
  },

  async extend(source, added, target) {
    await copyFile(source, target);
    const db = openDatabase(target, false);
    try {
      insert(db, added);
    } finally {
      db.close();
    }
  },

  async open(index) {
    const db = openDatabase(index, true);
    try {
      const { rows } = db.prepare("SELECT count(*) AS rows FROM vectors_rowids").get() as { rows: number };
      const nearest = db.prepare("SELECT rowid, distance FROM vectors WHERE embedding MATCH ? AND k = ?");
      const byRow = db.prepare("SELECT embedding FROM vectors WHERE rowid = ?");
      // A first search: what is wrong with the file may not show before.
      nearest.all(bytes(new Float32Array(DIMENSIONS).fill(1)), 1n);
      return {
        rows,
        search: async (vector, k) => {
          // Ten times as long as a search of a graph: others are answered between two of many.
          await setImmediate();
          db.exec(FORGET_PAGES);
          return hitsIn(nearest.all(bytes(vector), BigInt(Math.min(k, MOST_HITS))));
        },
        vectorOf: async (row) => {
          db.exec(FORGET_PAGES);
          const found = byRow.get(BigInt(row)) as { embedding: Uint8Array } | undefined;
          return found === undefined ? undefined : floats(found.embedding);
        },
        close: async () => db.close(),
      };
    } catch (error) {
      db.close();
      throw error;
    }
  },

  async locate(index, rows) {
    const db = openDatabase(index, true);
    try {
      const pieces = await vectorPieces(db, index);
      return { file: "", layout: { offset: pieces[0]?.at ?? 0, rowBytes: DIMENSIONS * 4, rows, pieces } };
    } finally {
      db.close();
    }
  },
};

function openDatabase(file: string, readOnly: boolean): DatabaseSyncInstance {
  const db = new DatabaseSync(file, { readOnly, allowExtension: true });
  try {
    db.enableLoadExtension(true);
    db.loadExtension(extensionFile());
    db.enableLoadExtension(false);
    db.exec(`PRAGMA cache_size = ${CACHED_PAGES}`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function insert(db: DatabaseSyncInstance, rows: ReadonlyMap<number, Float32Array>): void {
  const statement = db.prepare("INSERT INTO vectors (rowid, embedding) VALUES (?, ?)");
  db.exec("BEGIN");
  for (const [row, vector] of rows) statement.run(BigInt(row), bytes(vector));
  db.exec("COMMIT");
}

/** A distance that is no number comes as null. */
function hitsIn(rows: readonly unknown[]): readonly RowHit[] {
  const hits = (rows as readonly { rowid: number; distance: number | null }[]).flatMap(({ rowid, distance }) =>
    distance === null || !Number.isFinite(distance) ? [] : [{ row: rowid, score: 1 - distance }],
  );
  return hits.sort((a, b) => b.score - a.score || a.row - b.row);
}

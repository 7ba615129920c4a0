// Where each passage comes from: documents with versions, their passages, source, batch, schema, model and data tags,
// in the tables of a replica's record store. A document is written as a whole or not at all.
import { createHash } from "node:crypto";
import type { DatabaseSync } from "@photostructure/sqlite";
import { inTransaction } from "../common/in-transaction.ts";
import { earlierPassageId } from "../common/passage-ids.ts";
import { bytes } from "../embedder/cache.ts";
import { hasTable, lineageIn, openModelsOfRows, writeVectors, type Lineage, type NewVector } from "./lineage.ts";
import type { StoredRecord } from "./stored-record.ts";

type Db = InstanceType<typeof DatabaseSync>;

/** One version of a document. */
export interface DocumentWrite {
  readonly document: string;
  /** Of two versions the greater one is newer, in whatever order they come. */
  readonly version: number;
  /**
   * The version that this one takes the place of, though it may be newer: the way back from it. Absent: it is older.
   */
  readonly over?: number;
  readonly source: string;
  readonly batch: string;
  readonly schema: number;
  /** The embedding model's name. */
  readonly model: string;
  readonly tags: readonly string[];
  /** The first has the document's own id, the others `<document>¶2` and so on; none: the document is deleted. */
  readonly passages: readonly StoredRecord[];
}

/**
 * `known`: this very version is there; `stale`: a newer one is; `taken`: another document, or another text of the same
 * version, has its place, and nothing was written.
 */
export type WriteOutcome = "stored" | "known" | "stale" | "taken";

/** What a write changed; the index must follow. */
export interface Written {
  readonly outcome: WriteOutcome;
  readonly stored: readonly { readonly row: number; readonly record: StoredRecord }[];
  readonly removed: readonly number[];
}

/** What the store knows of its rows; removed ones keep theirs. */
interface Rows {
  readonly count: () => number;
  readonly rowOfAny: (id: string) => number | undefined;
}

export interface Provenance {
  /** Rows that are there no more. */
  readonly removed: Set<number>;
  /** Rows that were written again, each with the number of the change that did so last; changes are counted from 1. */
  readonly rewritten: Map<number, number>;
  /** Writes it in one transaction, which is on the disk when this returns. Throws, with nothing written. */
  readonly write: (write: DocumentWrite, rows: Rows) => Written;
  readonly lineageOf: (row: number) => Lineage | undefined;
  /** Writes vectors of that model in the place of others, in one transaction. Throws with none written. */
  readonly reembed: (vectors: readonly NewVector[], model: string) => void;
  /** Rows that another model than that has embedded, by their lineage. */
  readonly countOthers: (model: string) => number;
  /** The newest rows of each model that their lineage names, so many of each at most. */
  readonly newestOfEach: (most: number) => readonly number[];
}

const TABLES = [
  "CREATE TABLE IF NOT EXISTS documents (document TEXT PRIMARY KEY, version INTEGER NOT NULL, hash TEXT NOT NULL)",
  "CREATE TABLE IF NOT EXISTS lineage (row INTEGER PRIMARY KEY, document TEXT NOT NULL, version INTEGER NOT NULL, source TEXT NOT NULL, batch TEXT NOT NULL, schema INTEGER NOT NULL, model TEXT NOT NULL, tags TEXT NOT NULL)",
  "CREATE INDEX IF NOT EXISTS lineage_of_document ON lineage (document)",
  "CREATE TABLE IF NOT EXISTS removed_rows (row INTEGER PRIMARY KEY)",
  "CREATE TABLE IF NOT EXISTS rewritten_rows (row INTEGER PRIMARY KEY, change INTEGER NOT NULL DEFAULT 1)",
];

/** The tables come with the first write: a store that nobody writes documents to stays as it was made. */
export function openProvenance(db: Db): Provenance {
  let isOpen = hasChanges(db);
  const removed = new Set(removedIn(db));
  const rewritten = new Map(rewrittenIn(db));
  let change = lastChange(rewritten);
  const open = (): void => {
    if (isOpen) return;
    inTransaction(db, () => {
      TABLES.forEach((sql) => db.exec(sql));
      if (!hasChanges(db)) db.exec("ALTER TABLE rewritten_rows ADD COLUMN change INTEGER NOT NULL DEFAULT 1");
    });
    isOpen = true;
  };
  let models: ReturnType<typeof openModelsOfRows> | undefined;
  const asked = (): NonNullable<typeof models> => (models ??= openModelsOfRows(db));
  return {
    removed,
    rewritten,
    write(write, rows) {
      open();
      const unchanged = (outcome: WriteOutcome): Written => ({ outcome, stored: [], removed: [] });
      const hash = hashOf(write);
      const known = db.prepare("SELECT version, hash FROM documents WHERE document = ?").get(write.document);
      const verdict = judge(write, hash, known as { version: number; hash: string } | undefined);
      // A replica that never had that version is not to be given it.
      if (verdict === "stale" || verdict === "known") withdraw(db, write);
      if (verdict !== "stored") return unchanged(verdict);
      const former = formerRows(db, write.document, rows, removed);
      const places = placesFor(db, write, rows, removed);
      if (places === undefined) return unchanged("taken");
      const stored = places.map((row, n) => ({ row, record: write.passages[n] as StoredRecord }));
      const gone = former.filter((row) => !places.includes(row));
      const next = change + 1;
      inTransaction(db, () => writeRows(db, { write, hash, stored, gone, count: rows.count(), change: next }));
      change = next;
      for (const row of gone) removed.add(row);
      for (const { row } of stored) {
        removed.delete(row);
        if (row < rows.count()) rewritten.set(row, change);
      }
      return { outcome: "stored", stored, removed: gone };
    },
    lineageOf: (row) => (isOpen ? lineageIn(db, row) : undefined),
    reembed(vectors, model) {
      open();
      const next = change + 1;
      inTransaction(db, () => writeVectors(db, vectors, model, next));
      change = next;
      for (const { row } of vectors) rewritten.set(row, next);
    },
    countOthers: (model) => (isOpen ? asked().countOthers(model) : 0),
    newestOfEach: (most) => (isOpen ? asked().newestOfEach(most) : []),
  };
}

/** Rows that hold nothing any more, in their order; none in a store that nobody wrote documents to. */
export function removedIn(db: Db): readonly number[] {
  if (!hasTable(db, "removed_rows")) return [];
  return (db.prepare("SELECT row FROM removed_rows ORDER BY row").all() as { row: number }[]).map(({ row }) => row);
}

/** Rows that were written again, with the last change that did so. */
export function rewrittenIn(db: Db): readonly (readonly [row: number, change: number])[] {
  if (!hasTable(db, "rewritten_rows")) return [];
  // A store of a stack before changes were numbered has none: each was written again before the first.
  const change = hasChanges(db) ? "change" : "1 AS change";
  const rows = db.prepare(`SELECT row, ${change} FROM rewritten_rows`).all() as { row: number; change: number }[];
  return rows.map(({ row, change }) => [row, change]);
}

/** The number of the last change; 0: there was none. */
export function lastChange(rewritten: Iterable<readonly [row: number, change: number]>): number {
  let last = 0;
  for (const [, change] of rewritten) last = Math.max(last, change);
  return last;
}

/** Whether rows that were written again are there, each with the number of its change. */
function hasChanges(db: Db): boolean {
  const sql = "SELECT 1 FROM pragma_table_info('rewritten_rows') WHERE name = 'change'";
  return db.prepare(sql).get() !== undefined;
}

/** Remembers that a version was gone back from, if one was. */
function withdraw(db: Db, { document, version, over = version }: DocumentWrite): void {
  if (over <= version) return;
  db.exec(
    "CREATE TABLE IF NOT EXISTS withdrawn_versions (document TEXT, version INTEGER, PRIMARY KEY (document, version))",
  );
  db.prepare("INSERT OR IGNORE INTO withdrawn_versions VALUES (?, ?)").run(document, over);
}

function judge(
  { version, over }: DocumentWrite,
  hash: string,
  known: { readonly version: number; readonly hash: string } | undefined,
): WriteOutcome {
  // A way back from a version that is there no more, or was never there, has nothing to do.
  if (over !== undefined) return known?.version === over ? "stored" : known?.version === version ? "known" : "stale";
  if (known === undefined || known.version < version) return "stored";
  if (known.version > version) return "stale";
  return known.hash === hash ? "known" : "taken";
}

/** The row of each passage, a new one where it has none; undefined where one belongs to another document. */
function placesFor(
  db: Db,
  { document, passages }: DocumentWrite,
  rows: Rows,
  removed: ReadonlySet<number>,
): readonly number[] | undefined {
  let next = rows.count();
  const places: number[] = [];
  for (const { id } of passages) {
    const row = rows.rowOfAny(id);
    // A name whose document was deleted is free.
    const owner = row === undefined || removed.has(row) ? document : (ownerOf(db, row) ?? id);
    if (owner !== document) return undefined;
    places.push(row ?? next++);
  }
  return places;
}

function ownerOf(db: Db, row: number): string | undefined {
  return (db.prepare("SELECT document FROM lineage WHERE row = ?").get(row) as { document: string } | undefined)
    ?.document;
}

/** Rows that the document has now; one without lineage, of the corpus, is a document of one passage. */
function formerRows(db: Db, document: string, rows: Rows, removed: ReadonlySet<number>): readonly number[] {
  const own = db.prepare("SELECT row FROM lineage WHERE document = ?").all(document) as { row: number }[];
  const first = rows.rowOfAny(document);
  const isOwn = first !== undefined && (ownerOf(db, first) ?? document) === document;
  const all = new Set([...own.map(({ row }) => row), ...(isOwn ? [first] : [])]);
  return [...all].filter((row) => !removed.has(row));
}

interface Change {
  readonly write: DocumentWrite;
  readonly hash: string;
  readonly stored: Written["stored"];
  readonly gone: readonly number[];
  /** Rows of the store before the change. */
  readonly count: number;
  /** Its number. */
  readonly change: number;
}

function writeRows(db: Db, { write, hash, stored, gone, count, change }: Change): void {
  const { document, version, source, batch, schema, model, tags } = write;
  // With the rows: who knows of it and still has that version hides that it is behind.
  withdraw(db, write);
  for (const { row, record } of stored) {
    const values = [record.title, record.text, bytes(record.vector)] as const;
    if (row < count) {
      db.prepare("UPDATE records SET title = ?, text = ?, vector = ? WHERE row = ?").run(...values, row);
      db.prepare("INSERT OR REPLACE INTO rewritten_rows (row, change) VALUES (?, ?)").run(row, change);
      db.prepare("DELETE FROM removed_rows WHERE row = ?").run(row);
    } else {
      const insert = "INSERT INTO records (title, text, vector, row, id) VALUES (?, ?, ?, ?, ?)";
      db.prepare(insert).run(...values, row, record.id);
    }
    db.prepare("INSERT OR REPLACE INTO lineage VALUES (?, ?, ?, ?, ?, ?, ?, ?)").run(
      row,
      document,
      version,
      source,
      batch,
      schema,
      model,
      JSON.stringify(tags),
    );
  }
  for (const row of gone) db.prepare("INSERT OR IGNORE INTO removed_rows (row) VALUES (?)").run(row);
  db.prepare("INSERT OR REPLACE INTO documents VALUES (?, ?, ?)").run(document, version, hash);
}

/** Of what a reader gets: ids, titles and texts, in their order; ids as the first build had them, whose hashes stay. */
function hashOf({ document, passages }: DocumentWrite): string {
  const parts = passages.map(({ title, text }, n) => [earlierPassageId(document, n), title, text]);
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

// What the ingestion has taken in and what became of it, in SQLite: batches in their order, versions of documents that
// they brought, and sources. Every change is on the disk when it returns, so that a killed process goes on where it
// was.
import { DatabaseSync } from "@photostructure/sqlite";
import { join } from "node:path";
import { inTransaction } from "../common/in-transaction.ts";
import type { Batch, BatchState, Ledger } from "./ledger-nouns.ts";
import { INTO_QUARANTINE, QUARANTINED, sourcesIn, type Db } from "./ledger-sources.ts";
import { createVersions, versionsIn } from "./ledger-versions.ts";

export type { Batch, Ledger } from "./ledger-nouns.ts";

const TABLES = `
CREATE TABLE IF NOT EXISTS batches (seq INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, batch TEXT NOT NULL, hash TEXT NOT NULL,
  arrived INTEGER NOT NULL, state TEXT NOT NULL, dead TEXT NOT NULL DEFAULT '[]', suspect TEXT, UNIQUE (source, batch, hash));
CREATE INDEX IF NOT EXISTS batches_by_state ON batches (state, seq);
CREATE INDEX IF NOT EXISTS batches_by_copy ON batches (source, hash, state);
CREATE INDEX IF NOT EXISTS batches_suspect ON batches (seq) WHERE suspect IS NOT NULL;
CREATE INDEX IF NOT EXISTS batches_cut ON batches (seq) WHERE dead <> '[]';
CREATE TABLE IF NOT EXISTS let_go (seq INTEGER PRIMARY KEY, tags TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS aside (source TEXT NOT NULL, batch TEXT NOT NULL, hash TEXT NOT NULL, UNIQUE (source, batch, hash));
CREATE TABLE IF NOT EXISTS sources (source TEXT PRIMARY KEY, quarantined INTEGER NOT NULL, mapping TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS undone (n INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, source TEXT NOT NULL, what TEXT NOT NULL, by TEXT NOT NULL);
`;

interface Row extends Omit<Batch, "arrivedMs" | "dead" | "suspect"> {
  readonly arrived: number;
  readonly dead: string;
  readonly suspect: string | null;
}

function batchOf({ seq, source, batch, hash, arrived, state, dead, suspect }: Row): Batch {
  const lines = JSON.parse(dead) as number[];
  return { seq, source, batch, hash, arrivedMs: arrived, state, dead: lines, ...(suspect !== null && { suspect }) };
}

/** Opens the ledger in a folder, or begins one. */
export function openLedger(dir: string): Ledger {
  const db = new DatabaseSync(join(dir, "ledger.db"));
  db.exec("PRAGMA journal_mode = DELETE");
  db.exec(TABLES);
  createVersions(db);
  // An earlier build could end between the source and its batches.
  db.exec(`${INTO_QUARANTINE} AND source IN (${QUARANTINED})`);
  const one = (sql: string, ...values: readonly (string | number)[]): Batch | undefined => {
    const row = db.prepare(`SELECT * FROM batches ${sql}`).get(...values) as Row | undefined;
    return row === undefined ? undefined : batchOf(row);
  };
  const many = (sql: string, ...values: readonly (string | number)[]): readonly Batch[] =>
    (db.prepare(`SELECT * FROM batches ${sql}`).all(...values) as unknown as Row[]).map(batchOf);
  const get = (seq: number): Batch | undefined => one("WHERE seq = ?", seq);
  const known: Ledger["known"] = ({ source, batch, hash }) =>
    one("WHERE source = ? AND batch = ? AND hash = ?", source, batch, hash);
  return {
    known,
    take: (batch) =>
      inTransaction(db, () => {
        const before = known(batch);
        if (before !== undefined && before.state !== "rolled-back") return null;
        for (const table of before === undefined ? [] : ["versions", "let_go", "batches"])
          db.prepare(`DELETE FROM ${table} WHERE seq = ?`).run(before?.seq ?? 0);
        const { source, batch: name, hash, arrivedMs } = batch;
        const { lastInsertRowid } = db.prepare(INSERT).run(source, name, hash, arrivedMs, source);
        return get(Number(lastInsertRowid)) ?? null;
      }),
    head: () => one(`WHERE state = 'queued' AND source NOT IN (${QUARANTINED}) ORDER BY seq LIMIT 1`),
    batches: (state) => many("WHERE state = ? ORDER BY seq", state),
    ...looksIn(db, many),
    find: (source, batch) => one("WHERE source = ? AND batch = ? ORDER BY seq DESC LIMIT 1", source, batch),
    get,
    setState: (seq, state) => void db.prepare("UPDATE batches SET state = ? WHERE seq = ?").run(state, seq),
    setSuspect: (seq, says) => void db.prepare("UPDATE batches SET suspect = ? WHERE seq = ?").run(says, seq),
    leaveOut(seq, line) {
      const dead = [...new Set([...(get(seq)?.dead ?? []), line])];
      db.prepare("UPDATE batches SET dead = ? WHERE seq = ?").run(JSON.stringify(dead), seq);
    },
    spare: (after = 0, most = -1) => many(SPARE, after, most),
    ...copiesIn(db),
    ...versionsIn(db),
    ...sourcesIn(db),
    counts() {
      const rows = db.prepare("SELECT state, count(*) AS n FROM batches GROUP BY state").all() as {
        state: BatchState;
        n: number;
      }[];
      const none = { queued: 0, published: 0, "rolling-back": 0, "rolled-back": 0, quarantined: 0 };
      return { ...none, ...Object.fromEntries(rows.map(({ state, n }) => [state, n])) };
    },
    deadLetters: () => (db.prepare(DEAD).get() as { n: number }).n,
    close: () => db.close(),
  };
}

const INSERT = `INSERT INTO batches (source, batch, hash, arrived, state) VALUES (?, ?, ?, ?,
  CASE WHEN ? IN (${QUARANTINED}) THEN 'quarantined' ELSE 'queued' END)`;
const DEAD = "SELECT total(json_array_length(dead)) AS n FROM batches WHERE dead <> '[]'";
const OF_SOURCE = `SELECT batches.*, tags FROM batches LEFT JOIN let_go USING (seq)
  WHERE source = ? AND state IN ('queued', 'published') ORDER BY seq`;

/** Batches of one source and the same bytes share their copy. */
const SPARE = `WHERE seq > ? AND (state = 'rolled-back' OR state = 'published' AND suspect IS NULL)
  AND seq NOT IN (SELECT seq FROM let_go) AND NOT EXISTS (
    SELECT 1 FROM batches other WHERE other.source = batches.source AND other.hash = batches.hash AND (
      other.state NOT IN ('published', 'rolled-back') OR other.state = 'published' AND other.suspect IS NOT NULL))
  ORDER BY seq LIMIT ?`;

function looksIn(
  db: Db,
  many: (sql: string, ...values: readonly (string | number)[]) => readonly Batch[],
): Pick<Ledger, "goingBack" | "suspects" | "ofSource"> {
  return {
    goingBack: () => many("WHERE state = 'rolling-back' ORDER BY seq DESC LIMIT 1")[0],
    suspects: (afterMs) =>
      many("WHERE suspect IS NOT NULL AND state = 'published' AND arrived > ? ORDER BY seq", afterMs),
    ofSource: (source) =>
      (db.prepare(OF_SOURCE).all(source) as unknown as (Row & { readonly tags: string | null })[]).map(
        ({ tags, ...row }) => [batchOf(row), tags === null ? undefined : (JSON.parse(tags) as string[])],
      ),
  };
}

function copiesIn(db: Db): Pick<Ledger, "isShared" | "letGo" | "putAside" | "countAside" | "tagsLetGo"> {
  return {
    isShared({ seq, source, hash }) {
      const others = "SELECT 1 FROM batches WHERE source = ? AND hash = ? AND seq <> ? AND state <> 'rolled-back'";
      return db.prepare(others).get(source, hash, seq) !== undefined;
    },
    letGo: (gone) =>
      inTransaction(db, () => {
        const put = db.prepare("INSERT OR REPLACE INTO let_go (seq, tags) VALUES (?, ?)");
        for (const { seq, tags } of gone) put.run(seq, JSON.stringify(tags));
      }),
    putAside({ source, batch, hash }) {
      db.prepare("INSERT OR IGNORE INTO aside (source, batch, hash) VALUES (?, ?, ?)").run(source, batch, hash);
    },
    countAside: () => (db.prepare("SELECT count(*) AS n FROM aside").get() as { n: number }).n,
    tagsLetGo(seq) {
      const row = db.prepare("SELECT tags FROM let_go WHERE seq = ?").get(seq) as { tags: string } | undefined;
      return row === undefined ? undefined : (JSON.parse(row.tags) as string[]);
    },
  };
}

// What the ingestion has taken in and what became of it, in SQLite: batches in their order, what each publication
// changed, and sources. Every change is on the disk when it returns, so that a killed process goes on where it was.
import { DatabaseSync } from "@photostructure/sqlite";
import { join } from "node:path";
import { inTransaction } from "../common/in-transaction.ts";

/**
 * `queued`: to be published, in order · `published` · `rolling-back`: is being taken back · `rolled-back`: was taken
 * back · `quarantined`: of a source that nothing is taken from.
 */
type BatchState = "queued" | "published" | "rolling-back" | "rolled-back" | "quarantined";

export interface Batch {
  /** Its place in the queue; a checkpoint's name, once it is published. */
  readonly seq: number;
  readonly source: string;
  /** The file's name. */
  readonly batch: string;
  /** SHA-256 of its bytes, hex. */
  readonly hash: string;
  /** When it arrived, ms since 1970. */
  readonly arrivedMs: number;
  readonly state: BatchState;
  /** Lines that are left out, each on the shelf of dead letters. */
  readonly dead: readonly number[];
  /** What makes it suspect now that it is published, in words; absent: nothing. */
  readonly suspect?: string;
}

/** A document as it was before a batch changed it. */
interface Change {
  readonly document: string;
  /** The version that the batch wrote. */
  readonly version: number;
  /** JSON of what stood there before; null: nothing did. */
  readonly before: string | null;
}

interface Source {
  readonly source: string;
  readonly isQuarantined: boolean;
  /** Field names of its records → those that are expected. */
  readonly mapping: Readonly<Record<string, string>>;
}

export interface Ledger {
  /**
   * Notes a batch, in quarantine where its source is; null: the very same was taken before. One that was taken back is
   * noted anew, behind all that wait, and what it had changed then is no way back any more.
   */
  readonly take: (batch: Pick<Batch, "source" | "batch" | "hash" | "arrivedMs">) => Batch | null;
  /** The very same batch, if it was taken before. */
  readonly known: (batch: Pick<Batch, "source" | "batch" | "hash">) => Batch | undefined;
  /** The first in the queue; never one of a source in quarantine. */
  readonly head: () => Batch | undefined;
  readonly batches: (state: BatchState) => readonly Batch[];
  /** The last that is being taken back: it is the first to go. */
  readonly goingBack: () => Batch | undefined;
  /** Published batches that are suspect and came after that time, ms since 1970. */
  readonly suspects: (afterMs: number) => readonly Batch[];
  /** All of a source that are queued or published, each with its tags where its copy was let go of. */
  readonly ofSource: (source: string) => readonly (readonly [Batch, readonly string[] | undefined])[];
  /** The last of that name. */
  readonly find: (source: string, batch: string) => Batch | undefined;
  readonly get: (seq: number) => Batch | undefined;
  readonly setState: (seq: number, state: BatchState) => void;
  /** Whether something of the source is queued or published. */
  readonly isKnown: (source: string) => boolean;
  /**
   * The source is in quarantine, and with it what waits; what is published since it was suspect goes back, and so does
   * what was written of a batch that is not published. All of it or nothing. Answers of how many batches.
   */
  readonly quarantine: (source: string) => number;
  readonly setSuspect: (seq: number, says: string | null) => void;
  readonly leaveOut: (seq: number, line: number) => void;
  /** Keeps what stood before; what is kept already stays. */
  readonly keepChange: (seq: number, change: Change) => void;
  /** How many documents it has changed so far, the one that is being written among them. */
  readonly countChanged: (seq: number) => number;
  /** The last one first. */
  readonly changesOf: (seq: number) => readonly Change[];
  /**
   * Batches that are published or were taken back, whose copies are kept and needed by nobody: no other batch of the
   * same bytes waits, and none that is published is suspect. `after`: only those with a greater `seq`; `most`: so
   * many of them.
   */
  readonly spare: (after?: number, most?: number) => readonly Batch[];
  /** Whether another batch that was not taken back has the same bytes, and so the same copy. */
  readonly isShared: (batch: Batch) => boolean;
  /** The copies of these batches are not kept any more; `tags`: those of their records. All are noted, or none. */
  readonly letGo: (gone: readonly { readonly seq: number; readonly tags: readonly string[] }[]) => void;
  /** Notes a file that is longer than any that is taken. Again it changes nothing. */
  readonly putAside: (file: Pick<Batch, "source" | "batch" | "hash">) => void;
  readonly countAside: () => number;
  /** Tags of a batch whose copy was let go of; undefined: it is kept. */
  readonly tagsLetGo: (seq: number) => readonly string[] | undefined;
  readonly source: (source: string) => Source;
  readonly setSource: (source: Source) => void;
  readonly sources: () => readonly Source[];
  readonly counts: () => Readonly<Record<BatchState, number>>;
  /** Lines that were left out of all batches. */
  readonly deadLetters: () => number;
  readonly close: () => void;
}

const TABLES = `
CREATE TABLE IF NOT EXISTS batches (seq INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, batch TEXT NOT NULL, hash TEXT NOT NULL,
  arrived INTEGER NOT NULL, state TEXT NOT NULL, dead TEXT NOT NULL DEFAULT '[]', suspect TEXT, UNIQUE (source, batch, hash));
CREATE INDEX IF NOT EXISTS batches_by_state ON batches (state, seq);
CREATE INDEX IF NOT EXISTS batches_by_copy ON batches (source, hash, state);
CREATE INDEX IF NOT EXISTS batches_suspect ON batches (seq) WHERE suspect IS NOT NULL;
CREATE INDEX IF NOT EXISTS batches_cut ON batches (seq) WHERE dead <> '[]';
CREATE TABLE IF NOT EXISTS changes (n INTEGER PRIMARY KEY AUTOINCREMENT, seq INTEGER NOT NULL, document TEXT NOT NULL, version INTEGER NOT NULL,
  before TEXT, UNIQUE (seq, document, version));
CREATE TABLE IF NOT EXISTS let_go (seq INTEGER PRIMARY KEY, tags TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS aside (source TEXT NOT NULL, batch TEXT NOT NULL, hash TEXT NOT NULL, UNIQUE (source, batch, hash));
CREATE TABLE IF NOT EXISTS sources (source TEXT PRIMARY KEY, quarantined INTEGER NOT NULL, mapping TEXT NOT NULL);
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
        for (const table of before === undefined ? [] : ["changes", "let_go", "batches"])
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
    ...changesIn(db),
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

const QUARANTINED = "SELECT source FROM sources WHERE quarantined = 1";
const INSERT = `INSERT INTO batches (source, batch, hash, arrived, state) VALUES (?, ?, ?, ?,
  CASE WHEN ? IN (${QUARANTINED}) THEN 'quarantined' ELSE 'queued' END)`;
/** Nothing of what waits may be found, also not what was written of it before it failed. */
const INTO_QUARANTINE = `UPDATE batches SET state = CASE
  WHEN seq IN (SELECT seq FROM changes) THEN 'rolling-back' ELSE 'quarantined' END WHERE state IN ('queued', 'quarantined')`;
const POISONED = `UPDATE batches SET state = 'rolling-back' WHERE source = ? AND state = 'published' AND seq >=
  (SELECT min(seq) FROM batches WHERE source = ? AND state = 'published' AND suspect IS NOT NULL)`;
const KNOWN = "SELECT 1 FROM batches WHERE source = ? AND state IN ('queued', 'published') LIMIT 1";
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

type Db = InstanceType<typeof DatabaseSync>;

function changesIn(db: Db): Pick<Ledger, "keepChange" | "countChanged" | "changesOf"> {
  return {
    countChanged(seq) {
      const count = "SELECT count(DISTINCT document) AS n FROM changes WHERE seq = ?";
      return (db.prepare(count).get(seq) as { n: number }).n;
    },
    keepChange(seq, { document, version, before }) {
      const insert = "INSERT OR IGNORE INTO changes (seq, document, version, before) VALUES (?, ?, ?, ?)";
      db.prepare(insert).run(seq, document, version, before);
    },
    changesOf: (seq) =>
      db.prepare("SELECT document, version, before FROM changes WHERE seq = ? ORDER BY n DESC").all(seq) as Change[],
  };
}

function sourcesIn(db: Db): Pick<Ledger, "source" | "setSource" | "sources" | "isKnown" | "quarantine"> {
  interface SourceRow {
    readonly source: string;
    readonly quarantined: number;
    readonly mapping: string;
  }
  const sourceOf = ({ source, quarantined, mapping }: SourceRow): Source => ({
    source,
    isQuarantined: quarantined === 1,
    mapping: JSON.parse(mapping) as Record<string, string>,
  });
  const source = (name: string): Source => {
    const row = db.prepare("SELECT * FROM sources WHERE source = ?").get(name) as SourceRow | undefined;
    return row === undefined ? { source: name, isQuarantined: false, mapping: {} } : sourceOf(row);
  };
  const setSource = ({ source: name, isQuarantined, mapping }: Source): void => {
    const put = "INSERT OR REPLACE INTO sources (source, quarantined, mapping) VALUES (?, ?, ?)";
    db.prepare(put).run(name, isQuarantined ? 1 : 0, JSON.stringify(mapping));
  };
  return {
    source,
    setSource,
    isKnown: (name) => db.prepare(KNOWN).get(name) !== undefined,
    quarantine: (name) =>
      inTransaction(db, () => {
        setSource({ ...source(name), isQuarantined: true });
        const waiting = db.prepare("SELECT count(*) AS n FROM batches WHERE source = ? AND state = 'queued'").get(name);
        db.prepare(`${INTO_QUARANTINE} AND source = ?`).run(name);
        return (waiting as { n: number }).n + db.prepare(POISONED).run(name, name).changes;
      }),
    sources: () => (db.prepare("SELECT * FROM sources ORDER BY source").all() as unknown as SourceRow[]).map(sourceOf),
  };
}

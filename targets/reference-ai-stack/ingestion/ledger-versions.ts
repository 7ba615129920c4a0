// Versions of documents as the ledger knows them: which batch brought which, and what each says that does not stand in
// the vector store. So the greatest that stands is found in whatever order versions came and are taken back.
import { inTransaction } from "../common/in-transaction.ts";
import type { Change, Ledger, Stood } from "./ledger-nouns.ts";
import type { Db } from "./ledger-sources.ts";

/** Brought what stood before any batch that is known; it is never taken back. */
const NOBODY = 0;

const TABLE = `
CREATE TABLE IF NOT EXISTS versions (n INTEGER PRIMARY KEY AUTOINCREMENT, seq INTEGER NOT NULL, document TEXT NOT NULL, version INTEGER NOT NULL,
  changed INTEGER NOT NULL, body TEXT, UNIQUE (seq, document, version));
CREATE INDEX IF NOT EXISTS versions_of_document ON versions (document, version);
`;

const NOTE = "INSERT OR IGNORE INTO versions (seq, document, version, changed) VALUES (?, ?, ?, ?)";
const KEEP = "UPDATE versions SET body = ? WHERE seq = ? AND document = ? AND version = ?";
/** Of batches of one name the last, and rather one of which nothing is kept: what it says is in the vector store. */
const BROUGHT = `SELECT seq FROM versions JOIN batches USING (seq)
  WHERE document = ? AND version = ? AND source = ? AND batch = ? ORDER BY body IS NOT NULL, seq DESC LIMIT 1`;
const STANDING = `FROM versions LEFT JOIN batches USING (seq)
  WHERE document = ? AND seq <> ? AND (seq = ${NOBODY} OR state = 'published')`;
const GREATEST = `SELECT version, body, source, batch ${STANDING} AND body IS NOT NULL
  ORDER BY version DESC, seq DESC LIMIT 1`;

interface Greatest {
  readonly version: number;
  readonly body: string;
  /** null: of nobody. */
  readonly source: string | null;
  readonly batch: string | null;
}

type Verbs = Pick<
  Ledger,
  "beginWrite" | "keepBody" | "countChanged" | "changesOf" | "greatest" | "isSaid" | "forgetChange" | "tookBack"
>;

/** Creates the tables, and takes over what an earlier build kept in others. */
export function createVersions(db: Db): void {
  db.exec(TABLE);
  const isEarlier = db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'changes'").get() !== undefined;
  if (!isEarlier) return;
  inTransaction(db, () => {
    db.exec(`INSERT INTO versions (seq, document, version, changed)
      SELECT seq, document, version, 1 FROM changes ORDER BY n`);
    const kept = db.prepare("SELECT document, before FROM changes WHERE before IS NOT NULL ORDER BY n").all();
    for (const { document, before } of kept as { document: string; before: string }[]) {
      keepStood(db, document, { ...(JSON.parse(before) as Omit<Stood, "body">), body: before });
    }
    db.exec("DROP TABLE changes");
  });
}

export function versionsIn(db: Db): Verbs {
  return {
    beginWrite: (seq, { document, version }, before) =>
      inTransaction(db, () => {
        if (before !== null && before.version <= version) keepStood(db, document, before);
        const isNewer = before === null || before.version < version;
        db.prepare(NOTE).run(seq, document, version, isNewer ? 1 : 0);
      }),
    keepBody: (seq, { document, version }, body) => void db.prepare(KEEP).run(body, seq, document, version),
    countChanged(seq) {
      const count = "SELECT count(DISTINCT document) AS n FROM versions WHERE seq = ? AND changed = 1";
      return (db.prepare(count).get(seq) as { n: number }).n;
    },
    changesOf: (seq) =>
      db.prepare("SELECT document, version FROM versions WHERE seq = ? ORDER BY n DESC").all(seq) as Change[],
    greatest(document, without) {
      const found = db.prepare(GREATEST).get(document, without) as Greatest | undefined;
      if (found === undefined) return undefined;
      const stood = JSON.parse(found.body) as Stood;
      return { ...found, source: found.source ?? stood.source, batch: found.batch ?? stood.batch };
    },
    isSaid: ({ document, version }, without) =>
      db.prepare(`SELECT 1 ${STANDING} AND version = ? LIMIT 1`).get(document, without, version) !== undefined,
    forgetChange(seq, { document, version }) {
      db.prepare("DELETE FROM versions WHERE seq = ? AND document = ? AND version = ?").run(seq, document, version);
    },
    tookBack: (seq) =>
      inTransaction(db, () => {
        db.prepare("UPDATE versions SET body = NULL WHERE seq = ?").run(seq);
        db.prepare("UPDATE batches SET state = 'rolled-back' WHERE seq = ?").run(seq);
      }),
  };
}

/** What stands in the vector store is whose it says it is; nobody's, where no batch has brought it. */
function keepStood(db: Db, document: string, { version, source, batch, body }: Stood): void {
  const owner = db.prepare(BROUGHT).get(document, version, source, batch) as { seq: number } | undefined;
  if (owner === undefined) db.prepare(NOTE).run(NOBODY, document, version, 0);
  db.prepare(KEEP).run(body, owner?.seq ?? NOBODY, document, version);
}

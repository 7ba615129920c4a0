// Sources as the ledger knows them: which of them are in quarantine, and under which names their records have fields.
import type { DatabaseSync } from "@photostructure/sqlite";
import { inTransaction } from "../common/in-transaction.ts";
import type { Decided, Ledger, Source } from "./ledger-nouns.ts";

export type Db = InstanceType<typeof DatabaseSync>;

export const QUARANTINED = "SELECT source FROM sources WHERE quarantined = 1";
/** Nothing of what waits may be found, also not what was written of it before it failed. */
export const INTO_QUARANTINE = `UPDATE batches SET state = CASE
  WHEN seq IN (SELECT seq FROM versions) THEN 'rolling-back' ELSE 'quarantined' END WHERE state IN ('queued', 'quarantined')`;
const POISONED = `UPDATE batches SET state = 'rolling-back' WHERE source = ? AND state = 'published' AND seq >=
  (SELECT min(seq) FROM batches WHERE source = ? AND state = 'published' AND suspect IS NOT NULL)`;
const OUT_OF_QUARANTINE = "UPDATE batches SET state = 'queued' WHERE source = ? AND state = 'quarantined'";
const KNOWN = "SELECT 1 FROM batches WHERE source = ? AND state IN ('queued', 'published') LIMIT 1";

export function sourcesIn(
  db: Db,
): Pick<
  Ledger,
  "source" | "setSource" | "sources" | "isKnown" | "quarantine" | "liftQuarantine" | "clearMapping" | "countOf"
> {
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
  const note = (name: string, what: string, { by, at }: Decided): void => {
    db.prepare("INSERT INTO undone (at, source, what, by) VALUES (?, ?, ?, ?)").run(at, name, what, by);
  };
  return {
    source,
    setSource,
    countOf: (name, state) =>
      (db.prepare("SELECT count(*) AS n FROM batches WHERE source = ? AND state = ?").get(name, state) as { n: number })
        .n,
    isKnown: (name) => db.prepare(KNOWN).get(name) !== undefined,
    quarantine: (name) =>
      inTransaction(db, () => {
        setSource({ ...source(name), isQuarantined: true });
        const waiting = db.prepare("SELECT count(*) AS n FROM batches WHERE source = ? AND state = 'queued'").get(name);
        db.prepare(`${INTO_QUARANTINE} AND source = ?`).run(name);
        return (waiting as { n: number }).n + db.prepare(POISONED).run(name, name).changes;
      }),
    clearMapping: (name, decided) =>
      inTransaction(db, () => {
        setSource({ ...source(name), mapping: {} });
        note(name, "mapping", decided);
      }),
    liftQuarantine: (name, decided) =>
      inTransaction(db, () => {
        note(name, "quarantine", decided);
        setSource({ ...source(name), isQuarantined: false });
        return db.prepare(OUT_OF_QUARANTINE).run(name).changes;
      }),
    sources: () => (db.prepare("SELECT * FROM sources ORDER BY source").all() as unknown as SourceRow[]).map(sourceOf),
  };
}

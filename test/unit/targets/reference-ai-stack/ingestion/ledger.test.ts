// A ledger that has grown for weeks: what is asked of it twice a second costs no more for that; and one that an earlier
// build has begun is taken over as it is.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { expect, it, onTestFinished } from "vitest";
import { openLedger } from "../../../../../targets/reference-ai-stack/ingestion/ledger.ts";

/** As the build before this one made them, without the indexes of this one. */
const TABLES = `
CREATE TABLE batches (seq INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, batch TEXT NOT NULL, hash TEXT NOT NULL,
  arrived INTEGER NOT NULL, state TEXT NOT NULL, dead TEXT NOT NULL DEFAULT '[]', suspect TEXT, UNIQUE (source, batch, hash));
CREATE INDEX batches_by_state ON batches (state, seq);
CREATE TABLE changes (n INTEGER PRIMARY KEY AUTOINCREMENT, seq INTEGER NOT NULL, document TEXT NOT NULL, version INTEGER NOT NULL,
  before TEXT, UNIQUE (seq, document, version));
CREATE TABLE let_go (seq INTEGER PRIMARY KEY, tags TEXT NOT NULL);
CREATE TABLE sources (source TEXT PRIMARY KEY, quarantined INTEGER NOT NULL, mapping TEXT NOT NULL);
`;

/** A folder with a ledger of an earlier build, as those rows make it; it goes with the test. */
function earlier(sql: string): string {
  const dir = mkdtempSync(join(tmpdir(), "ledger-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const db = new DatabaseSync(join(dir, "ledger.db"));
  db.exec(`BEGIN; ${TABLES} ${sql}; COMMIT`);
  db.close();
  return dir;
}

const MANY = 30_000;
const MANY_PUBLISHED = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${MANY})
  INSERT INTO batches (source, batch, hash, arrived, state) SELECT 'notes', i || '.jsonl', 'hash ' || i, i, 'published' FROM n`;

it("finds the copies that nothing needs among 30,000 batches of one source, in a ledger of an earlier build", () => {
  const ledger = openLedger(earlier(MANY_PUBLISHED));
  // Where each batch is held against each other one this takes a minute.
  expect(ledger.spare()).toHaveLength(MANY);
  expect(ledger.take({ source: "notes", batch: "again.jsonl", hash: "hash 7", arrivedMs: 1 })?.seq).toBe(MANY + 1);
  expect(ledger.spare()).toHaveLength(MANY - 1);
  ledger.letGo([{ seq: 1, tags: ["phi"] }]);
  ledger.leaveOut(2, 3);
  ledger.setSuspect(3, "odd");
  expect(ledger.spare()).toHaveLength(MANY - 3);
  expect([ledger.deadLetters(), ledger.suspects(2).map(({ seq }) => seq), ledger.suspects(3)]).toEqual([1, [3], []]);
  expect(ledger.ofSource("notes")[0]).toMatchObject([{ seq: 1 }, ["phi"]]);
  ledger.close();
});

const [queued, published] = ["queued", "published"].map(
  (state) => (seq: number, source: string) =>
    `INSERT INTO batches (seq, source, batch, hash, arrived, state) VALUES (${seq}, '${source}', '${seq}.jsonl', 'h${seq}', 1, '${state}');`,
) as [(seq: number, source: string) => string, (seq: number, source: string) => string];
const changed = (seq: number): string =>
  `INSERT INTO changes (seq, document, version, before) VALUES (${seq}, 'd', 1, NULL);`;
const quarantined = (source: string): string => `INSERT INTO sources VALUES ('${source}', 1, '{}');`;

it("publishes nothing of a source in quarantine that an earlier build left in the queue when it died", () => {
  const rows = [queued(1, "ward"), queued(2, "ward"), changed(2), queued(3, "notes"), published(4, "ward"), changed(4)];
  const ledger = openLedger(earlier([...rows, quarantined("ward")].join("\n")));
  expect([1, 2, 3, 4].map((seq) => ledger.get(seq)?.state)).toEqual([
    "quarantined",
    "rolling-back",
    "queued",
    "published",
  ]);
  expect(ledger.head()?.seq).toBe(3);
  ledger.close();
});

it("has a batch in quarantine from the moment on at which it is noted, and changes all of a source at once or nothing", () => {
  const dir = earlier([published(1, "ward"), published(2, "ward"), queued(3, "ward"), queued(4, "notes")].join("\n"));
  const ledger = openLedger(dir);
  ledger.setSuspect(2, "odd");
  const breaks = new DatabaseSync(join(dir, "ledger.db"));
  breaks.exec(
    `CREATE TRIGGER no_way BEFORE UPDATE ON batches WHEN NEW.state = 'rolling-back' BEGIN SELECT RAISE(ABORT, 'broken off'); END`,
  );
  expect(() => ledger.quarantine("ward")).toThrow("broken off");
  expect([ledger.source("ward").isQuarantined, ledger.get(3)?.state]).toEqual([false, "queued"]);
  breaks.exec("DROP TRIGGER no_way");
  breaks.close();
  expect(ledger.quarantine("ward")).toBe(2);
  expect([1, 2, 3, 4].map((seq) => ledger.get(seq)?.state)).toEqual([
    "published",
    "rolling-back",
    "quarantined",
    "queued",
  ]);
  expect(ledger.take({ source: "ward", batch: "5.jsonl", hash: "h5", arrivedMs: 1 })?.state).toBe("quarantined");
  ledger.close();
});

it("takes over the ways back that an earlier build kept, each as the version of whoever had brought it", () => {
  const stood = (version: number, batch: string): string =>
    JSON.stringify({ version, source: "notes", batch, text: `version ${version}` });
  const way = (seq: number, version: number, before: string): string =>
    `INSERT INTO changes (seq, document, version, before) VALUES (${seq}, 'd', ${version}, '${before}');`;
  const batches = [1, 2].map((seq) => published(seq, "notes"));
  const ways = [way(1, 1, stood(0, "snapshot")), way(2, 2, stood(1, "1.jsonl"))];
  const ledger = openLedger(earlier([...batches, ...ways].join("\n")));
  const below = (): unknown[] => [1, 2].map((seq) => ledger.greatest("d", seq)?.version);
  expect([below(), ledger.countChanged(2)]).toEqual([[0, 1], 1]);
  ledger.tookBack(1);
  expect([below(), ledger.get(1)?.state]).toEqual([[0, 0], "rolled-back"]);
  ledger.close();
});

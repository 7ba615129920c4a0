// The history's rows as an SQLite file, so that a year of nights opens at once. It holds nothing of its own: whatever
// is wrong with it, it is made anew from the rows. Every call may throw SQLite's errors; open-history.ts says what is
// done about them.

import { DatabaseSync, type DatabaseSyncInstance } from "@photostructure/sqlite";
import { historyRowVersion, type HistoryRow } from "../records/history-row.ts";

/** Of the tables below and of what may stand in them; a file of another version is made anew. */
const tablesVersion = 3;
/** Waiting for another process that brings it up to date, ms. */
const lockTimeoutMs = 10_000;

const tables = `
  CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE skipped (line INTEGER PRIMARY KEY, reason TEXT NOT NULL);
  CREATE TABLE runs (
    id INTEGER PRIMARY KEY, run TEXT NOT NULL UNIQUE, started TEXT NOT NULL, startedMs INTEGER NOT NULL,
    ended TEXT NOT NULL, suite TEXT, harness TEXT NOT NULL
  );
  CREATE TABLE series (
    id INTEGER PRIMARY KEY, target TEXT NOT NULL, settings TEXT NOT NULL, intent TEXT NOT NULL, arm TEXT NOT NULL,
    UNIQUE (target, settings, intent, arm)
  );
  CREATE TABLE trials (
    run INTEGER NOT NULL, series INTEGER NOT NULL, n INTEGER NOT NULL, outcome TEXT NOT NULL, row TEXT NOT NULL,
    PRIMARY KEY (run, series, n)
  ) WITHOUT ROWID;
  CREATE TABLE counts (run INTEGER NOT NULL, outcome TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (run, outcome))
    WITHOUT ROWID;
`;

/** A run as the history knows it. */
interface HistoryRun {
  readonly run: string;
  /** ISO 8601. */
  readonly started: string;
  readonly ended: string;
  readonly suite: string | null;
  readonly harness: string;
  /** Trials by outcome. */
  readonly outcomes: Readonly<Record<string, number>>;
}

/** A line that is no row, and why. */
interface SkippedLine {
  /** From 1. */
  readonly line: number;
  readonly reason: string;
}

/** Which rows are asked for; instants in ms since 1970, `since` included and `before` not. */
interface RowsAsked {
  readonly runs?: readonly string[];
  readonly intents?: readonly string[];
  readonly since?: number;
  readonly before?: number;
}

export interface IndexFile {
  /** A text that was left here, such as how far the rows were read. */
  state(name: string): string | undefined;
  keepState(name: string, value: string): void;
  /** Why it was not taken, as a clause; undefined when it was, or stood there already. */
  add(row: HistoryRow): string | undefined;
  skip(line: SkippedLine): void;
  /** The line is whole by now. */
  unskip(line: number): void;
  skipped(): readonly SkippedLine[];
  /** Oldest first. */
  runs(): readonly HistoryRun[];
  /** Oldest run first, in the order of intent, arm and number. */
  rows(asked: RowsAsked): readonly HistoryRow[];
  /** All that `work` does, or nothing of it. */
  inOneGo<T>(work: () => T): T;
  close(): void;
}

/** Opens an index that is there; undefined when it is of another version. Throws when it is damaged or locked. */
export function openIndex(file: string): IndexFile | undefined {
  const db = new DatabaseSync(file, { timeout: lockTimeoutMs });
  try {
    const { user_version: version } = db.prepare("PRAGMA user_version").get() as { user_version: number };
    if (version === tablesVersion) {
      db.exec("PRAGMA synchronous = OFF");
      return indexOf(db);
    }
  } catch (thrown) {
    db.close();
    throw thrown;
  }
  db.close();
  return undefined;
}

/** Begins an index in a file that is not there yet, or in memory (`:memory:`). */
export function beginIndex(file: string): IndexFile {
  const db = new DatabaseSync(file, { timeout: lockTimeoutMs });
  // Not through to the disk: what a crash harms is made anew.
  db.exec("PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF");
  db.exec(`BEGIN; ${tables} PRAGMA user_version = ${tablesVersion}; COMMIT`);
  return indexOf(db);
}

function indexOf(db: DatabaseSyncInstance): IndexFile {
  const get = db.prepare("SELECT value FROM state WHERE name = ?");
  const put = db.prepare("INSERT OR REPLACE INTO state VALUES (?, ?)");
  const skip = db.prepare("INSERT OR REPLACE INTO skipped VALUES (?, ?)");
  const unskip = db.prepare("DELETE FROM skipped WHERE line = ?");
  return {
    state: (name) => (get.get(name) as { value: string } | undefined)?.value,
    keepState: (name, value) => void put.run(name, value),
    add: adder(db),
    skip: ({ line, reason }) => void skip.run(line, reason),
    unskip: (line) => void unskip.run(line),
    skipped: () => db.prepare("SELECT line, reason FROM skipped ORDER BY line").all() as SkippedLine[],
    runs: () => runsOf(db),
    rows: (asked) => rowsOf(db, asked),
    inOneGo(work) {
      db.exec("BEGIN IMMEDIATE");
      try {
        const result = work();
        db.exec("COMMIT");
        return result;
      } catch (thrown) {
        if (db.isTransaction) db.exec("ROLLBACK");
        throw thrown;
      }
    },
    close: () => db.close(),
  };
}

/** Settings as one text: the same ones are the same text. */
function settingsText(settings: HistoryRow["settings"]): string {
  return JSON.stringify(Object.entries(settings ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** What stands once in the file and not in each row. */
type Rest = Omit<
  HistoryRow,
  "v" | "run" | "started" | "ended" | "suite" | "harness" | "target" | "settings" | "intent" | "arm" | "n" | "outcome"
>;

function adder(db: DatabaseSyncInstance): IndexFile["add"] {
  const newRun = db.prepare("INSERT OR IGNORE INTO runs VALUES (NULL, ?, ?, ?, ?, ?, ?)");
  const findRun = db.prepare("SELECT id, started, ended, suite, harness FROM runs WHERE run = ?");
  const newSeries = db.prepare("INSERT OR IGNORE INTO series VALUES (NULL, ?, ?, ?, ?)");
  const findSeries = db.prepare("SELECT id FROM series WHERE target = ? AND settings = ? AND intent = ? AND arm = ?");
  const newTrial = db.prepare("INSERT OR IGNORE INTO trials VALUES (?, ?, ?, ?, ?)");
  const count = db.prepare("INSERT INTO counts VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET n = n + 1");
  const findTrial = db.prepare("SELECT outcome, row FROM trials WHERE run = ? AND series = ? AND n = ?");
  const runs = new Map<string, Omit<HistoryRun, "run" | "outcomes"> & { readonly id: number }>();
  const series = new Map<string, number>();
  return (row) => {
    const { v: _v, run, started, ended, suite, harness, target, settings, intent, arm, n, outcome, ...rest } = row;
    let known = runs.get(run);
    if (known === undefined) {
      newRun.run(run, started, Date.parse(started), ended, suite, harness);
      known = findRun.get(run) as unknown as typeof known & object;
      runs.set(run, known);
    }
    if (known.started !== started || known.ended !== ended || known.suite !== suite || known.harness !== harness) {
      return `it is of a second run of the id ${run}: the first one began at ${known.started}, this one at ${started}`;
    }
    const names = [target, settingsText(settings), intent, arm] as const;
    const key = JSON.stringify(names);
    let ofSeries = series.get(key);
    if (ofSeries === undefined) {
      newSeries.run(...names);
      ofSeries = (findSeries.get(...names) as { id: number }).id;
      series.set(key, ofSeries);
    }
    const text = JSON.stringify(rest satisfies Rest);
    if (newTrial.run(known.id, ofSeries, n, outcome, text).changes === 1) {
      count.run(known.id, outcome);
      return undefined;
    }
    const there = findTrial.get(known.id, ofSeries, n) as { outcome: string; row: string };
    const same = there.outcome === outcome && there.row === text;
    return same ? undefined : `another row of ${run}, ${intent} ${arm}-${n} stands above it`;
  };
}

function runsOf(db: DatabaseSyncInstance): readonly HistoryRun[] {
  const all = db.prepare("SELECT id, run, started, ended, suite, harness FROM runs ORDER BY startedMs, id").all();
  const counts = db.prepare("SELECT run, outcome, n FROM counts").all();
  const byRun = new Map<number, Record<string, number>>();
  for (const { run, outcome, n } of counts as { run: number; outcome: string; n: number }[]) {
    byRun.set(run, { ...byRun.get(run), [outcome]: n });
  }
  return (all as unknown as (HistoryRun & { id: number })[]).map(({ id, ...run }) => ({
    ...run,
    outcomes: byRun.get(id) ?? {},
  }));
}

type Joined = Pick<
  HistoryRow,
  "started" | "ended" | "suite" | "harness" | "target" | "intent" | "arm" | "n" | "outcome"
> & {
  readonly name: string;
  readonly settings: string;
  readonly row: string;
};

function rowsOf(db: DatabaseSyncInstance, { runs, intents, since, before }: RowsAsked): readonly HistoryRow[] {
  const found = db
    .prepare(
      `SELECT r.run AS name, r.started, r.ended, r.suite, r.harness, s.target, s.settings, s.intent, s.arm, t.n, t.outcome, t.row
       FROM trials t JOIN runs r ON r.id = t.run JOIN series s ON s.id = t.series
       WHERE r.startedMs >= ? AND r.startedMs < ? AND (? IS NULL OR r.run IN (SELECT value FROM json_each(?)))
         AND (? IS NULL OR s.intent IN (SELECT value FROM json_each(?)))
       ORDER BY r.startedMs, r.id, s.intent, s.arm, s.target, s.settings, t.n`,
    )
    .all(
      since ?? -8.64e15,
      before ?? 8.64e15,
      ...[runs, intents].flatMap((names) =>
        Array<string | null>(2).fill(names === undefined ? null : JSON.stringify(names)),
      ),
    );
  return (found as unknown as Joined[]).map(({ name, settings, row, ...columns }) => {
    const pairs = JSON.parse(settings) as [string, string][];
    const rest = JSON.parse(row) as Rest;
    return {
      v: historyRowVersion,
      run: name,
      ...columns,
      ...(pairs.length > 0 && { settings: Object.fromEntries(pairs) }),
      ...rest,
    };
  });
}

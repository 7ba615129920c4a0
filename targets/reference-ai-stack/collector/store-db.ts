// The time-series store as an embedded SQLite file: three tiers of points, spans and logs. Every call may throw
// SQLite's errors; store.ts says what is done about them.
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type DatabaseSyncInstance } from "@photostructure/sqlite";
import { inTransaction } from "../common/in-transaction.ts";
import { NUMBERS, type TierName } from "./numbers.ts";
import type { StoredPoint } from "./recent.ts";
import type { LogRow, MetricSeries, SpanRow } from "./rows.ts";
import { merged, windowStart, type HistogramWindow, type Window } from "./window.ts";

/** What waits to be written. */
export type StoreRow =
  | { readonly kind: "point"; readonly row: StoredPoint }
  | { readonly kind: "span"; readonly row: SpanRow }
  | { readonly kind: "log"; readonly row: LogRow };

/** Times in ms since 1970, both included. */
export interface Span {
  readonly tier: TierName;
  readonly from: number;
  readonly to: number;
}

export interface StoreDb {
  /** All of them, or none. */
  write(rows: readonly StoreRow[]): void;
  /** Takes out what is older than its tier keeps, and rows beyond the limits. */
  prune(nowMs: number): void;
  /** Keeps all for a part of its time, and a part of the rows (2: half of it), because the file is full. */
  shrink(nowMs: number, part: number): void;
  /** Windows that begin in [from, to] by the series' key, oldest first; of too many the newest. */
  points(keys: readonly string[], span: Span): ReadonlyMap<string, readonly Window[]>;
  /** All series of which something is kept. */
  series(): readonly MetricSeries[];
  /** The same, with their raw points since `fromMs`. */
  recall(fromMs: number): readonly { readonly series: MetricSeries; readonly windows: readonly Window[] }[];
  spansOf(traceId: string): readonly SpanRow[];
  /** Newest first. */
  logs(about: { readonly traceId?: string; readonly fromMs?: number }): readonly LogRow[];
  /** Rows by table, and the size of the file in bytes. */
  size(): { readonly points: number; readonly spans: number; readonly logs: number; readonly bytes: number };
  close(): void;
}

/** Waiting for another's lock stands still everything, ms. */
const LOCK_TIMEOUT_MS = 50;

const TABLES = `
  CREATE TABLE IF NOT EXISTS series (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, what TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS points (
    tier INTEGER NOT NULL, t INTEGER NOT NULL, series INTEGER NOT NULL, n INTEGER NOT NULL, last_at INTEGER NOT NULL,
    last REAL NOT NULL, low REAL NOT NULL, high REAL NOT NULL, total REAL NOT NULL, increase REAL NOT NULL,
    histogram TEXT, PRIMARY KEY (tier, t, series)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS spans (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, trace TEXT NOT NULL, what TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS spans_by_trace ON spans (trace);
  CREATE TABLE IF NOT EXISTS logs (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, trace TEXT, what TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS logs_by_trace ON logs (trace);
`;

/** Opens or begins the file. Throws when it is locked, damaged, or cannot be made. */
export function openStoreDb(file: string, mostPages: number = NUMBERS.store.mostPages): StoreDb {
  mkdirSync(dirname(file), { recursive: true });
  const db = new DatabaseSync(file, { timeout: LOCK_TIMEOUT_MS });
  try {
    db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA max_page_count = ${mostPages}`);
    db.exec(`PRAGMA journal_size_limit = ${4 * 1024 * 1024}`);
    const [check] = db.prepare("PRAGMA quick_check(1)").all() as { quick_check: string }[];
    if (check?.quick_check !== "ok") throw new Error(`database disk image is malformed: ${check?.quick_check}`);
    db.exec(TABLES);
    // Series of which nothing is left. At a start only: it reads all points.
    db.exec("DELETE FROM series WHERE id NOT IN (SELECT DISTINCT series FROM points)");
    return storeOf(db);
  } catch (error) {
    db.close();
    throw error;
  }
}

function storeOf(db: DatabaseSyncInstance): StoreDb {
  const known: KnownRows = { ids: new Map(), open: new Map() };
  const write = writerOf(db, known);
  const transaction = (work: () => void): void => {
    try {
      inTransaction(db, work);
    } catch (error) {
      // What was written in this transaction is not there.
      known.ids.clear();
      known.open.clear();
      throw error;
    }
  };
  return {
    ...readerOf(db),
    write: (rows) => transaction(() => rows.forEach(write)),
    prune: (nowMs) => transaction(() => prune(db, nowMs, 1)),
    shrink: (nowMs, part) => transaction(() => prune(db, nowMs, part)),
    close: () => db.close(),
  };
}

interface PointRecord {
  readonly series: number;
  readonly t: number;
  readonly n: number;
  readonly last_at: number;
  readonly last: number;
  readonly low: number;
  readonly high: number;
  readonly total: number;
  readonly increase: number;
  readonly histogram: string | null;
}

/** What need not be asked of the file again, as long as no transaction fails. */
interface KnownRows {
  /** Numbers of series by their keys. */
  readonly ids: Map<string, number>;
  /** The window of each coarse tier and series that was written last. */
  readonly open: Map<string, Window>;
}

function writerOf(db: DatabaseSyncInstance, known: KnownRows): (row: StoreRow) => void {
  const { ids } = known;
  const named = db.prepare(
    "INSERT INTO series (key, what) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET what = excluded.what RETURNING id",
  );
  const find = db.prepare("SELECT * FROM points WHERE tier = ? AND t = ? AND series = ?");
  const put = db.prepare("INSERT OR REPLACE INTO points VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const span = db.prepare("INSERT INTO spans (at, trace, what) VALUES (?, ?, ?)");
  const log = db.prepare("INSERT INTO logs (at, trace, what) VALUES (?, ?, ?)");
  const idOf = (key: string, series: MetricSeries): number => {
    const found = ids.get(key);
    if (found !== undefined) return found;
    const { id } = named.get(key, JSON.stringify(series)) as { id: number };
    ids.set(key, id);
    return id;
  };
  const heldAt = (tier: number, t: number, id: number): Window | undefined => {
    const last = known.open.get(`${tier} ${id}`);
    if (last?.t === t) return last;
    const record = find.get(tier, t, id) as PointRecord | undefined;
    return record === undefined ? undefined : windowOf(record);
  };
  return (one) => {
    if (one.kind === "span") span.run(Math.round(one.row.startMs), one.row.traceId, JSON.stringify(one.row));
    else if (one.kind === "log") log.run(Math.round(one.row.at), one.row.traceId, JSON.stringify(one.row));
    else {
      const { key, series, window } = one.row;
      const id = idOf(key, series);
      NUMBERS.tiers.forEach(({ widthMs }, tier) => {
        const t = windowStart(window.t, widthMs);
        // A raw point comes once: there is nothing to merge it with.
        const held = tier === 0 ? undefined : heldAt(tier, t, id);
        const next = held === undefined ? { ...window, t } : merged(held, window, t);
        if (tier > 0) known.open.set(`${tier} ${id}`, next);
        const { n, lastAt, last, low, high, total, increase, histogram } = next;
        const more = histogram === undefined ? null : JSON.stringify(histogram);
        put.run(tier, t, id, n, Math.round(lastAt), last, low, high, total, increase, more);
      });
    }
  };
}

type Reader = Omit<StoreDb, "write" | "prune" | "shrink" | "close">;

function readerOf(db: DatabaseSyncInstance): Reader {
  // One pass over the stretch of time, however many series are asked for: the rows lie in order of time.
  const points = db.prepare(
    `SELECT s.key, p.* FROM points p JOIN series s ON s.id = p.series
     WHERE p.tier = ? AND p.t BETWEEN ? AND ? AND p.series IN (SELECT id FROM series WHERE key IN (SELECT value FROM json_each(?)))
     ORDER BY p.t DESC LIMIT ${NUMBERS.answerPoints}`,
  );
  const spans = db.prepare(`SELECT what FROM spans WHERE trace = ? ORDER BY at LIMIT ${NUMBERS.answerRows}`);
  const logsOf = db.prepare(`SELECT what FROM logs WHERE trace = ? ORDER BY id DESC LIMIT ${NUMBERS.answerRows}`);
  const logsSince = db.prepare(`SELECT what FROM logs WHERE at >= ? ORDER BY id DESC LIMIT ${NUMBERS.answerRows}`);
  const named = db.prepare("SELECT what FROM series");
  const tierNumber = (name: TierName): number => NUMBERS.tiers.findIndex((tier) => tier.name === name);
  return {
    points(keys, { tier, from, to }) {
      const windows = new Map<string, Window[]>(keys.map((key) => [key, []]));
      const rows = points.all(tierNumber(tier), Math.floor(from), Math.ceil(to), JSON.stringify(keys));
      for (const row of rows.toReversed() as unknown as (PointRecord & { key: string })[]) {
        windows.get(row.key)?.push(windowOf(row));
      }
      return windows;
    },
    series: () => rowsOf(named.all()) as MetricSeries[],
    recall(fromMs) {
      const series = db.prepare("SELECT id, what FROM series").all() as { id: number; what: string }[];
      const raw = db.prepare("SELECT * FROM points WHERE tier = 0 AND t >= ? ORDER BY t").all(Math.floor(fromMs));
      const bySeries = new Map<number, PointRecord[]>(series.map(({ id }) => [id, []]));
      for (const record of raw as unknown as PointRecord[]) bySeries.get(record.series)?.push(record);
      return series.map(({ id, what }) => ({
        series: JSON.parse(what) as MetricSeries,
        windows: (bySeries.get(id) ?? []).map(windowOf),
      }));
    },
    spansOf: (traceId) => rowsOf(spans.all(traceId)) as SpanRow[],
    logs: ({ traceId, fromMs = 0 }) =>
      rowsOf(traceId === undefined ? logsSince.all(Math.floor(fromMs)) : logsOf.all(traceId)) as LogRow[],
    size() {
      const count = (table: string): number =>
        (db.prepare(`SELECT count(*) AS n FROM ${table}`).get() as { n: number }).n;
      const page = (what: string): number => Object.values(db.prepare(`PRAGMA ${what}`).get() as object)[0] as number;
      const bytes = page("page_count") * page("page_size");
      return { points: count("points"), spans: count("spans"), logs: count("logs"), bytes };
    },
  };
}

function rowsOf(records: unknown): readonly unknown[] {
  return (records as { what: string }[]).map(({ what }) => JSON.parse(what) as unknown);
}

function windowOf(record: PointRecord): Window {
  const { t, n, last_at: lastAt, last, low, high, total, increase, histogram } = record;
  const more = histogram === null ? {} : { histogram: JSON.parse(histogram) as HistogramWindow };
  return { t, n, lastAt, last, low, high, total, increase, ...more };
}

/** `part` 2 keeps half as long and half as much. */
function prune(db: DatabaseSyncInstance, nowMs: number, part: number): void {
  const old = db.prepare("DELETE FROM points WHERE tier = ? AND t < ?");
  NUMBERS.tiers.forEach(({ keepMs }, tier) => old.run(tier, Math.floor(nowMs - keepMs / part)));
  for (const table of ["spans", "logs"] as const) {
    db.prepare(`DELETE FROM ${table} WHERE at < ?`).run(Math.floor(nowMs - NUMBERS.store.spansKeepMs / part));
    const most = Math.floor(NUMBERS.store[table] / part);
    db.prepare(`DELETE FROM ${table} WHERE id <= (SELECT max(id) FROM ${table}) - ?`).run(most);
  }
}

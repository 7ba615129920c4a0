// The collector's memory with a file behind it. Memory leads: what comes in is known at once, and the file follows in
// batches. A store that is full, locked or damaged costs the long ranges and the next life, never an answer about now.
import { putAside, whatIsWrong } from "../healer/durable/state-db.ts";
import { NUMBERS, type TierName } from "./numbers.ts";
import { createRecent, type Recent } from "./recent.ts";
import { seriesKey, type LogRow, type MetricPoint, type MetricSeries, type SpanRow } from "./rows.ts";
import { openStoreDb, type Span, type StoreDb, type StoreRow } from "./store-db.ts";
import { merged, windowStart, type Window } from "./window.ts";

export interface StoreParts {
  readonly file: string;
  readonly nowMs: () => number;
  /** The file's trouble has changed; null: it is over. */
  readonly onTrouble: (says: string | null) => void;
  readonly mostPages?: number;
}

/** What the store wrote and lost since its start. */
export interface StoreCounts {
  written: number;
  /** Rows that waited for the file and had to go. */
  lost: number;
  writeMs: number;
}

/** Of a file that stays full nothing older than this part of its time is kept. */
const MOST_PARTS = 64;
const FILE = "the collector's store";

/** Opened or begun at once; what is wrong with the file is never thrown. */
export class Store {
  readonly recent: Recent = createRecent();
  readonly counts: StoreCounts = { written: 0, lost: 0, writeMs: 0 };
  readonly #parts: StoreParts;
  #db: StoreDb | null = null;
  #trouble: string | null = null;
  #owed: StoreRow[] = [];
  #isRecalled = false;
  #prunedAt: number;

  constructor(parts: StoreParts) {
    this.#parts = parts;
    this.#prunedAt = parts.nowMs();
    this.#guarded(() => void this.#open());
  }

  /** How many points could not be taken because there are too many series. */
  takePoints(points: readonly MetricPoint[]): number {
    const { added, refused } = this.recent.takePoints(points, this.#parts.nowMs());
    this.#owe(added.map((row) => ({ kind: "point", row })));
    return refused;
  }

  takeSpans(rows: readonly SpanRow[]): void {
    this.recent.takeSpans(rows);
    this.#owe(rows.map((row) => ({ kind: "span", row })));
  }

  takeLogs(rows: readonly LogRow[]): void {
    this.recent.takeLogs(rows);
    this.#owe(rows.map((row) => ({ kind: "log", row })));
  }

  /** Writes what is owed and takes out what is too old. To be called every second. */
  settle(): void {
    this.#guarded(() => {
      const db = this.#open();
      const now = this.#parts.nowMs();
      this.#write();
      if (now - this.#prunedAt < NUMBERS.store.pruneEveryMs) return;
      this.#prunedAt = now;
      db.prune(now);
    });
    this.recent.forget(this.#parts.nowMs() - NUMBERS.forgetMs);
  }

  /** All series of which something is known, those too that nobody speaks for any more. */
  series(): readonly MetricSeries[] {
    const all = new Map((this.#ask((db) => db.series()) ?? []).map((one) => [seriesKey(one), one]));
    for (const { key, series } of this.recent.series()) all.set(key, series);
    return [...all.values()];
  }

  /**
   * Windows that begin in the span, oldest first, one list for each series. Raw ones come from memory as far as it
   * reaches.
   */
  range(series: readonly MetricSeries[], span: Span): readonly (readonly Window[])[] {
    const keys = series.map(seriesKey);
    const memoryFrom = this.#parts.nowMs() - NUMBERS.memory.pointsMs;
    const isInMemory = span.tier === "raw" && span.from >= memoryFrom;
    const stored = isInMemory ? null : this.#ask((db) => db.points(keys, span));
    if (stored !== null) return keys.map((key) => stored.get(key) ?? []);
    return keys.map((key) => {
      const recent = this.recent.points(key, span.from).filter(({ t }) => t <= span.to);
      return span.tier === "raw" ? recent : folded(recent, span.tier);
    });
  }

  spansOf(traceId: string): readonly SpanRow[] {
    const recent = this.recent.spans().filter((span) => span.traceId === traceId);
    const stored = this.#ask((db) => db.spansOf(traceId)) ?? [];
    const all = new Map([...stored, ...recent].map((span) => [span.spanId, span]));
    return [...all.values()].sort((left, right) => left.startMs - right.startMs);
  }

  /** Newest first, of one trace or since a time. */
  logs(about: { readonly traceId?: string; readonly fromMs?: number }): readonly LogRow[] {
    const stored = this.#ask((db) => db.logs(about));
    if (stored !== null) return stored;
    return this.recent
      .logs()
      .filter((log) => (about.traceId === undefined ? log.at >= (about.fromMs ?? 0) : log.traceId === about.traceId))
      .slice(-NUMBERS.answerRows)
      .toReversed();
  }

  /** Why the file does not hold all that is known, in words; null: it does. */
  trouble(): string | null {
    return this.#trouble;
  }

  size(): ReturnType<StoreDb["size"]> | null {
    return this.#ask((db) => db.size());
  }

  /** Writes what is owed and closes the file. */
  close(): void {
    this.settle();
    this.#db?.close();
    this.#db = null;
  }

  /** What the file answers once it has all that is known; null when it cannot. */
  #ask<T>(question: (db: StoreDb) => T): T | null {
    // One in trouble is tried at the pace of `settle`: each try may wait for a lock.
    if (this.#trouble !== null) return null;
    this.settle();
    let answer: T | null = null;
    if (this.#trouble === null) this.#guarded(() => void (answer = question(this.#open())));
    return answer;
  }

  #owe(rows: readonly StoreRow[]): void {
    for (const row of rows) this.#owed.push(row);
    const excess = this.#owed.length - NUMBERS.store.owed;
    if (excess <= 0) return;
    this.#owed = this.#owed.slice(excess);
    this.counts.lost += excess;
  }

  #write(): void {
    const rows = this.#owed;
    if (rows.length === 0) return;
    const began = performance.now();
    this.#db?.write(rows);
    this.#owed = [];
    this.counts.written += rows.length;
    this.counts.writeMs += performance.now() - began;
  }

  #open(): StoreDb {
    this.#db ??= openStoreDb(this.#parts.file, this.#parts.mostPages);
    if (!this.#isRecalled) {
      recall(this.#db, this.recent, this.#parts.nowMs());
      this.#isRecalled = true;
    }
    return this.#db;
  }

  #guarded(work: () => void): void {
    try {
      work();
      this.#say(null);
    } catch (error) {
      const { says, damaged } = whatIsWrong(error, FILE);
      this.#say(says);
      if (damaged) this.#beginAnew();
      else if (says.endsWith("is full")) this.#makeRoom();
    }
  }

  /** A damaged file is kept as evidence, and a new one is begun at the next write. */
  #beginAnew(): void {
    try {
      this.#db?.close();
    } catch {
      // It is damaged, and goes anyway.
    }
    this.#db = null;
    this.#isRecalled = true;
    try {
      putAside(this.#parts.file, new Date(this.#parts.nowMs()).toISOString());
    } catch (error) {
      this.#say(whatIsWrong(error, FILE).says);
    }
  }

  /** Gives up more and more of what is old until what is owed finds room. */
  #makeRoom(): void {
    for (let part = 2; part <= MOST_PARTS; part *= 2) {
      try {
        this.#db?.shrink(this.#parts.nowMs(), part);
        this.#write();
        this.#say(null);
        return;
      } catch {
        // Still full: said already.
      }
    }
  }

  #say(says: string | null): void {
    if (says === this.#trouble) return;
    this.#trouble = says;
    this.#parts.onTrouble(says);
  }
}

/** What an earlier life knew of the last two minutes; where this one has heard more, that stays. */
function recall(db: StoreDb, recent: Recent, nowMs: number): void {
  const heard = new Set(recent.series().map(({ key }) => key));
  for (const { series, windows } of db.recall(nowMs - NUMBERS.memory.pointsMs)) {
    if (heard.has(seriesKey(series))) continue;
    for (const window of windows) recent.restore(pointOf(series, window), window);
  }
}

function pointOf(series: MetricSeries, { lastAt, last, histogram }: Window): MetricPoint {
  if (histogram === undefined) return { series, at: lastAt, value: last };
  const { sum, bounds, buckets } = histogram;
  return { series, at: lastAt, value: { count: last, sum, bounds, buckets } };
}

/** Raw points as windows of a coarser tier. */
function folded(points: readonly Window[], tier: TierName): readonly Window[] {
  const width = NUMBERS.tiers.find(({ name }) => name === tier)?.widthMs ?? 1;
  const windows = new Map<number, Window>();
  for (const point of points) {
    const t = windowStart(point.t, width);
    const held = windows.get(t);
    windows.set(t, held === undefined ? { ...point, t } : merged(held, point, t));
  }
  return [...windows.values()];
}

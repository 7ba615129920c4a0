// Remembers what one replica's pages said, look by look: what rose since the look before, what vanished, and when there
// was last a sign of life.

import type { Ms } from "../../core/units.ts";
import type { MetricRow } from "./catalogue.ts";
import { progressSignals } from "./presets.ts";
import type { MetricPage } from "./prometheus-text.ts";
import { addRises, riseOver, type Rise } from "./rises.ts";
import { valuesOf, type RowValues, type SeriesValue } from "./snapshot.ts";

/** Either an answer, or why there is none. */
export type Told<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

export interface Meter {
  /** Takes one page; `at` is when it was read. Throws UnreadableSeries. */
  take(page: MetricPage, at: Ms): void;
  /** Values of the signal's row, reduced; a value that nothing has moved for a while may be a dead process's. */
  gauge(signal: string): Told<number>;
  /** What the signal's rows rose by since `since`, and over how long. */
  rise(signal: string, since: Ms): Told<Rise & { readonly seconds: number }>;
  /**
   * Since when something runs or waits and no work goes on: no first token, no end, no token that is counted while it
   * is made. null: nothing runs or waits. A value that a dead process left behind looks the same.
   */
  stalledSince(): Told<Ms | null>;
}

interface Step {
  readonly from: Ms;
  readonly at: Ms;
  readonly rises: ReadonlyMap<MetricRow, Rise>;
}

type Page = ReadonlyMap<MetricRow, RowValues>;

interface Memory {
  last: Page | undefined;
  lastAt: Ms;
  steps: Step[];
  /** The last value of each series that ever was there. */
  readonly known: Map<MetricRow, Map<string, SeriesValue>>;
  /** Most series of a row that were there at once. */
  readonly most: Map<MetricRow, number>;
  /** When anything of a part last changed, or the part was first seen. */
  readonly aliveAt: Map<string, Ms>;
  progressAt: Ms | undefined;
  busySince: Ms | undefined;
}

/** Beyond the freshness of a gauge, this long without a sign of life is too long, ms. */
const lifeGraceMs: Ms = 3000;

/** A meter of these rows; what rose is kept for `keepMs`. */
export function openMeter(rows: readonly MetricRow[], keepMs: Ms): Meter {
  const memory: Memory = {
    last: undefined,
    lastAt: 0,
    steps: [],
    known: new Map(),
    most: new Map(),
    aliveAt: new Map(),
    progressAt: undefined,
    busySince: undefined,
  };
  const ofSignals = (...signals: readonly string[]): MetricRow[] => rows.filter((row) => signals.includes(row.signal));
  const whyNone = (wanted: readonly MetricRow[]): string | undefined =>
    wanted.map((row) => whyUnknown(memory, row)).find((why) => why !== undefined);
  return {
    take(page, at) {
      takePage(memory, new Map(rows.map((row) => [row, valuesOf(page, row)])), at);
      memory.steps = memory.steps.filter((step) => step.at > at - keepMs);
    },
    gauge(signal) {
      const [row] = ofSignals(signal);
      const reason = row === undefined ? `there is no ${signal}` : whyUnknown(memory, row);
      if (row === undefined || reason !== undefined) return { ok: false, reason: reason ?? "" };
      return gaugeOf(memory, row);
    },
    rise(signal, since) {
      const wanted = ofSignals(signal);
      const reason = whyNone(wanted);
      if (reason !== undefined) return { ok: false, reason };
      const within = memory.steps.filter((step) => step.at > since);
      if (within.length === 0) return { ok: false, reason: "there is nothing yet to compare with" };
      const rises = within.flatMap((step) => wanted.flatMap((row) => step.rises.get(row) ?? []));
      return { ok: true, value: { ...addRises(rises), seconds: secondsOf(within) } };
    },
    stalledSince() {
      const reason = whyNone(ofSignals("running", "waiting"));
      if (reason !== undefined) return { ok: false, reason };
      const { busySince, progressAt } = memory;
      return { ok: true, value: busySince === undefined ? null : Math.max(busySince, progressAt ?? busySince) };
    },
  };
}

function takePage(memory: Memory, now: Page, at: Ms): void {
  const fell = [...now].some(([row, values]) => row.type !== "gauge" && hasFallen(values, memory.known.get(row)));
  // A process that began anew has not made all of its series yet.
  if (fell) memory.most.clear();
  const rises = new Map<MetricRow, Rise>();
  for (const [row, values] of now) {
    memory.most.set(row, Math.max(values.size, memory.most.get(row) ?? 0));
    for (const { part } of values.values()) if (!memory.aliveAt.has(part)) memory.aliveAt.set(part, at);
    const rise = riseOf(memory, row, { now: values, at });
    if (progressSignals.includes(row.signal) && rise.value > 0) memory.progressAt = at;
    rises.set(row, rise);
  }
  if (memory.last !== undefined) memory.steps.push({ from: memory.lastAt, at, rises });
  memory.last = now;
  memory.lastAt = at;
  memory.busySince = isBusy(now) ? (memory.busySince ?? at) : undefined;
}

function riseOf(memory: Memory, row: MetricRow, { now, at }: { readonly now: RowValues; readonly at: Ms }): Rise {
  const before = memory.known.get(row) ?? new Map<string, SeriesValue>();
  // A row that is seen for the first time tells nothing; a series that joins it began at 0, as one that fell did.
  const isFirst = memory.last === undefined || (before.size === 0 && row.absent === "unknown");
  const pairs = [...now].map(([key, series]) => {
    const old = before.get(key);
    if (old !== undefined && old.value !== series.value) memory.aliveAt.set(series.part, at);
    before.set(key, series);
    if (old === undefined) return { now: series, base: isFirst ? series : undefined };
    return { now: series, base: series.value < old.value ? undefined : old };
  });
  memory.known.set(row, before);
  return riseOver(row, pairs);
}

function whyUnknown({ last, most }: Memory, row: MetricRow): string | undefined {
  const values = last?.get(row);
  if (values === undefined) return "no page was read yet";
  if (values.size < (most.get(row) ?? 0)) return `a series of ${row.series} vanished`;
  if (values.size > 0 || row.absent !== "unknown") return undefined;
  return `there is no series ${row.series}`;
}

function gaugeOf({ last, lastAt, aliveAt }: Memory, row: MetricRow): Told<number> {
  const values: number[] = [];
  for (const { part, value } of last?.get(row)?.values() ?? []) {
    const silentMs = lastAt - (aliveAt.get(part) ?? lastAt);
    if (value - (row.idle ?? 0) > 0 && silentMs > row.fresh * 2 + lifeGraceMs) {
      const whose = part === "" ? "" : ` of ${part}`;
      const silent = `nothing moved for ${Math.round(silentMs / 1000)} s`;
      const reason = `${row.series}${whose} reads ${value}, but ${silent}: a stall, or a value that was left behind`;
      return { ok: false, reason };
    }
    values.push((value - (row.idle ?? 0)) * (row.scale ?? 1));
  }
  const sum = values.reduce((total, value) => total + value, 0);
  return { ok: true, value: row.reduce === "max" ? Math.max(0, ...values) : sum };
}

function isBusy(now: Page): boolean {
  const queues = [...now].filter(([{ signal }]) => signal === "running" || signal === "waiting");
  return queues.some(([{ idle = 0 }, values]) => [...values.values()].some(({ value }) => value > idle));
}

function hasFallen(now: RowValues, before: RowValues | undefined): boolean {
  return [...now].some(([key, { value }]) => value < (before?.get(key)?.value ?? 0));
}

function secondsOf(steps: readonly Step[]): number {
  return steps.reduce((sum, { from, at }) => sum + (at - from), 0) / 1000;
}

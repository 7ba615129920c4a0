// What counts of a server rose by between two readings. A series that was there and is gone makes the answer unknown,
// never 0.
import type { MetricsSeen, RowNow, SeriesNow } from "../../telemetry/metrics/metric-look.ts";

/** Values between two bounds; `lo` of the first is 0. */
interface Span {
  readonly lo: number;
  readonly hi: number;
  readonly count: number;
}

/** What came between two readings: how many, and of histograms how much in all and between which bounds. */
export interface Rise {
  readonly count: number;
  readonly sum?: number | undefined;
  readonly spans?: readonly Span[];
}

/** The rise of a signal over all of its series; null when it is not known. What fell began anew at 0. */
export function riseOf(before: MetricsSeen, now: MetricsSeen, signal: string): Rise | null {
  const rows = rowsOf(now, signal);
  if (rows.length === 0) return null;
  const rises: Rise[] = [];
  for (const one of rows) {
    const old = new Map(before.rows.find(({ row }) => row === one.row)?.series.map((series) => [series.key, series]));
    if (one.series.length === 0 && one.row.absent === "unknown") return null;
    const keys = new Set(one.series.map(({ key }) => key));
    if ([...old.keys()].some((key) => !keys.has(key))) return null;
    for (const series of one.series) rises.push(riseOfSeries(old.get(series.key), series));
  }
  return rises.reduce(add, { count: 0 });
}

/** The value of a gauge over all of its series, by the row's own reduction; null when it is not known. */
export function gaugeOf(now: MetricsSeen, signal: string): number | null {
  const rows = rowsOf(now, signal);
  const isUnknown = ({ row, series }: RowNow): boolean => series.length === 0 && row.absent === "unknown";
  if (rows.length === 0 || rows.some(isUnknown)) return null;
  const values = rows.flatMap(({ series }) => series.map(({ value }) => value));
  if (rows.some(({ row }) => row.reduce === "max")) return Math.max(0, ...values);
  return values.reduce((total, value) => total + value, 0);
}

/** The rows of these signals, with what was read of them. */
export function rowsOf(now: MetricsSeen, ...signals: readonly string[]): readonly RowNow[] {
  return now.rows.filter(({ row }) => signals.includes(row.signal));
}

function riseOfSeries(before: SeriesNow | undefined, now: SeriesNow): Rise {
  // A process that began anew counts from 0.
  const base = before !== undefined && before.value <= now.value ? before : undefined;
  const count = now.value - (base?.value ?? 0);
  if (now.histogram === undefined) return { count };
  const { sum, cumulative } = now.histogram;
  const old = new Map(base?.histogram?.cumulative.map(({ upTo, count: own }) => [upTo, own]));
  const upTo = cumulative.map((bound) => bound.count - (old.get(bound.upTo) ?? 0));
  const spans = cumulative.map((bound, n) => ({
    lo: n === 0 ? 0 : (cumulative[n - 1]?.upTo ?? 0),
    hi: bound.upTo,
    count: (upTo[n] ?? 0) - (n === 0 ? 0 : (upTo[n - 1] ?? 0)),
  }));
  return { count, spans, sum: sum === undefined ? undefined : sum - (base?.histogram?.sum ?? 0) };
}

/** Spans of different bounds cannot be put together, and are left out. */
function add(total: Rise, one: Rise): Rise {
  const count = total.count + one.count;
  if (one.spans === undefined) return { ...total, count };
  if (total.spans === undefined) return { ...one, count };
  const same = total.spans.length === one.spans.length && one.spans.every(({ hi }, n) => hi === total.spans?.[n]?.hi);
  if (!same) return { count };
  const spans = one.spans.map((span, n) => ({ ...span, count: span.count + (total.spans?.[n]?.count ?? 0) }));
  return { count, spans, sum: total.sum === undefined || one.sum === undefined ? undefined : total.sum + one.sum };
}

// What was heard lately, in memory: the latest value of every series, the raw points of the last two minutes, the last
// spans and logs. Whatever happens to the store on the disk, this goes on.
import { NUMBERS } from "./numbers.ts";
import { seriesKey } from "./rows.ts";
import type { LogRow, MetricPoint, MetricSeries, SpanRow } from "./rows.ts";
import { counterPoint, gaugePoint, histogramPoint } from "./window.ts";
import type { Window } from "./window.ts";

export interface HeldSeries {
  readonly key: string;
  readonly series: MetricSeries;
  /** The newest point, and when it came in, ms since 1970. */
  readonly latest: MetricPoint;
  readonly receivedAt: number;
}

/** A raw point on its way to the store. */
export interface StoredPoint {
  readonly key: string;
  readonly series: MetricSeries;
  readonly window: Window;
}

interface Known extends HeldSeries {
  /** Oldest first. */
  points: Window[];
}

export interface Recent {
  /** Those that are new, with what they add to the point before; late and doubled ones are left out. */
  takePoints(
    points: readonly MetricPoint[],
    nowMs: number,
  ): { readonly added: StoredPoint[]; readonly refused: number };
  takeSpans(spans: readonly SpanRow[]): void;
  takeLogs(logs: readonly LogRow[]): void;
  /** Puts back what the store knew, at a start. */
  restore(point: MetricPoint, window: Window): void;
  series(): readonly HeldSeries[];
  /** Raw points from `fromMs` on, oldest first; at most the last two minutes. */
  points(key: string, fromMs: number): readonly Window[];
  spans(): readonly SpanRow[];
  /** Those that came in since the first of them that begins at this time or later, ms since 1970. */
  spansSince(ms: number): readonly SpanRow[];
  /** Forgets the series without a point since this time, ms since 1970. */
  forget(beforeMs: number): void;
  logs(): readonly LogRow[];
}

export function createRecent(): Recent {
  const known = new Map<string, Known>();
  let spans: SpanRow[] = [];
  let logs: LogRow[] = [];

  function take(point: MetricPoint, nowMs: number): StoredPoint | "late" | "full" {
    const key = seriesKey(point.series);
    const before = known.get(key);
    if (before === undefined && known.size >= NUMBERS.limits.series) return "full";
    if (before !== undefined && point.at <= before.latest.at) return "late";
    const window = windowOf(point, before?.latest);
    const since = point.at - NUMBERS.memory.pointsMs;
    const points = before?.points ?? [];
    points.push(window);
    while ((points[0]?.t ?? since) < since) points.shift();
    known.set(key, { key, series: point.series, latest: point, receivedAt: nowMs, points });
    return { key, series: point.series, window };
  }

  return {
    takePoints(points, nowMs) {
      const taken = points.map((point) => take(point, nowMs));
      return {
        added: taken.filter((one) => typeof one !== "string"),
        refused: taken.filter((one) => one === "full").length,
      };
    },
    takeSpans: (more) => void (spans = newest(spans, more, NUMBERS.memory.spans)),
    takeLogs: (more) => void (logs = newest(logs, more, NUMBERS.memory.logs)),
    restore(point, window) {
      const key = seriesKey(point.series);
      const points = known.get(key)?.points ?? [];
      points.push(window);
      known.set(key, { key, series: point.series, latest: point, receivedAt: point.at, points });
    },
    series: () => [...known.values()],
    points: (key, fromMs) => known.get(key)?.points.filter(({ t }) => t >= fromMs) ?? [],
    spans: () => spans,
    spansSince(ms) {
      // They come in batches of many services, only roughly in order: the search begins where nothing older was heard.
      const first = spans.findIndex(({ startMs }) => startMs >= ms);
      return first === -1 ? [] : spans.slice(first);
    },
    forget(beforeMs) {
      for (const [key, { receivedAt }] of known) if (receivedAt < beforeMs) known.delete(key);
    },
    logs: () => logs,
  };
}

function windowOf({ series, at, startMs = 0, value }: MetricPoint, before: MetricPoint | undefined): Window {
  const isReset = before !== undefined && startMs > before.at;
  if (typeof value !== "number") {
    const held = before?.value;
    return histogramPoint(at, value, typeof held === "object" ? { value: held, isReset } : undefined);
  }
  if (series.kind === "gauge") return gaugePoint(at, value);
  return counterPoint(at, value, typeof before?.value === "number" ? { value: before.value, isReset } : undefined);
}

/** Trimmed by halves, so that a steady stream copies each row twice and not each time. */
function newest<Row>(held: Row[], more: readonly Row[], most: number): Row[] {
  for (const one of more) held.push(one);
  return held.length > most * 2 ? held.slice(-most) : held;
}

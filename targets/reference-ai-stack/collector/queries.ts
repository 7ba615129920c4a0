// What one can ask the collector. Times are ms since 1970; everything is JSON but the Prometheus page.
import type { Context, Hono } from "hono";
import { z } from "zod";
import { metricsNamed } from "../common/metrics.ts";
import type { Store } from "./store.ts";
import { deriveGraph } from "./graph.ts";
import { NUMBERS } from "./numbers.ts";
import { PAGE_TYPE, prometheusName, prometheusPage } from "./prometheus-page.ts";
import type { HeldSeries } from "./recent.ts";
import type { MetricSeries, SpanRow } from "./rows.ts";
import { seriesSelector, type SeriesSelector } from "./select.ts";

const traceId = z.string().regex(/^[\da-f]{32}$/i, "expected 32 hex digits");
const count = z.coerce.number().int().min(1).max(NUMBERS.answerRows);
const time = z.coerce.number().finite().min(0);
const tier = z.enum(["raw", "10s", "1m"]);

const latestQuery = z.object({});
const rangeQuery = z.object({ tier: tier.default("raw"), from: time.optional(), to: time.optional() });
const tracesQuery = z.object({
  limit: count.default(50),
  service: z.string().optional(),
  error: z.enum(["0", "1"]).default("0"),
});
const logsQuery = z.object({ trace: traceId.optional(), from: time.optional(), limit: count.default(200) });
const graphQuery = z.object({
  windowMs: z.coerce.number().int().min(1000).max(NUMBERS.graph.longestWindowMs).default(NUMBERS.graph.windowMs),
});

export interface QueryParts {
  readonly store: Store;
  readonly nowMs: () => number;
}

/** Adds `/metrics`, `/graph` and everything below `/api`. */
export function mountQueries(app: Hono, parts: QueryParts): void {
  const { store, nowMs } = parts;
  const isFresh = ({ receivedAt }: HeldSeries): boolean => nowMs() - receivedAt <= NUMBERS.staleMs;
  app.get("/metrics", (c) => {
    const names = c.req.queries("name[]");
    const wanted = names && metricsNamed(names);
    const shown = store.recent.series().filter((one) => wanted?.has(prometheusName(one.series)) ?? true);
    return c.body(prometheusPage(shown.filter(isFresh)), 200, { "content-type": PAGE_TYPE });
  });
  app.get("/graph", (c) =>
    asked(c, graphQuery, ({ windowMs }) => {
      const at = nowMs();
      return {
        at,
        windowMs,
        ...deriveGraph(store.recent.spansSince(at - windowMs - NUMBERS.graph.beforeMs), at, windowMs),
      };
    }),
  );
  app.get("/api/latest", (c) =>
    asked(c, latestQuery, (_, select) => {
      const held = store.recent.series().filter(({ series }) => isChosen(series, select));
      return { at: nowMs(), series: held.map((one) => latestOf(one, nowMs())) };
    }),
  );
  app.get("/api/range", (c) =>
    asked(c, rangeQuery, ({ tier: name, from, to }, select) => {
      const end = to ?? nowMs();
      const span = { tier: name, from: from ?? end - NUMBERS.memory.pointsMs, to: end };
      const chosen = store.series().filter((one) => isChosen(one, select));
      const series = chosen.slice(0, MOST_SERIES);
      const points = store.range(series, span);
      return { ...span, series: series.map((one, i) => ({ ...headOf(one), points: points[i] ?? [] })) };
    }),
  );
  app.get("/api/traces", (c) =>
    asked(c, tracesQuery, (query) => ({ traces: lastTraces(store.recent.spans(), query) })),
  );
  app.get("/api/traces/:id", (c) => {
    const id = traceId.safeParse(c.req.param("id"));
    if (!id.success) return c.json({ error: z.prettifyError(id.error) }, 400);
    const spans = store.spansOf(id.data.toLowerCase());
    if (spans.length === 0) return c.json({ error: "no such trace, or no longer" }, 404);
    return c.json({ traceId: id.data.toLowerCase(), spans });
  });
  app.get("/api/logs", (c) =>
    asked(c, logsQuery, ({ trace, from, limit }) => ({
      logs: store
        .logs({
          ...(trace !== undefined && { traceId: trace.toLowerCase() }),
          ...(from !== undefined && { fromMs: from }),
        })
        .slice(0, limit),
    })),
  );
  app.get("/api/store", (c) => c.json({ trouble: store.trouble(), ...store.counts, size: store.size() }));
}

/** Ranges of this many series in one answer, at most. */
const MOST_SERIES = 100;

function asked<Shape extends z.ZodType>(
  c: Context,
  shape: Shape,
  answer: (query: z.output<Shape>, select: SeriesSelector) => object,
): Response {
  const query = shape.safeParse(c.req.query());
  const select = seriesSelector.safeParse(c.req.queries());
  if (!query.success) return c.json({ error: z.prettifyError(query.error) }, 400);
  if (!select.success) return c.json({ error: z.prettifyError(select.error) }, 400);
  return c.json(answer(query.data, select.data));
}

function isChosen(series: MetricSeries, { service, replica, name, attributes }: SeriesSelector): boolean {
  if (service !== undefined && series.service !== service) return false;
  if (replica !== undefined && series.replica !== replica) return false;
  if (name !== undefined && series.name !== name && prometheusName(series) !== name) return false;
  return attributes.every(([key, value]) => String(series.attributes[key] ?? "") === value);
}

function headOf(series: MetricSeries): object {
  return { ...series, prometheus: prometheusName(series) };
}

function latestOf(held: HeldSeries, nowMs: number): object {
  const { latest, receivedAt } = held;
  const isStale = nowMs - receivedAt > NUMBERS.staleMs;
  const { at, startMs, value } = latest;
  const began = startMs === undefined ? {} : { startMs };
  return { ...headOf(held.series), at, ...began, receivedAt, stale: isStale, value };
}

interface TracesAsked {
  readonly limit: number;
  readonly service?: string | undefined;
  readonly error: "0" | "1";
}

/** Newest first: each with its first span, how many there are and which services took part. */
function lastTraces(spans: readonly SpanRow[], { limit, service, error }: TracesAsked): readonly object[] {
  const traces = new Map<string, SpanRow[]>();
  for (const span of spans) {
    const held = traces.get(span.traceId);
    if (held === undefined) traces.set(span.traceId, [span]);
    else held.push(span);
  }
  const found: object[] = [];
  for (const [id, own] of [...traces].toReversed()) {
    if (found.length >= limit) break;
    const failed = own.find((span) => span.error !== null);
    if (error === "1" && failed === undefined) continue;
    if (service !== undefined && !own.some((span) => span.service === service)) continue;
    const root = own.find(({ parentId }) => parentId === null) ?? own[0];
    if (root === undefined) continue;
    found.push({
      traceId: id,
      name: root.name,
      service: root.service,
      startMs: root.startMs,
      durationMs: root.durationMs,
      error: root.error ?? failed?.error ?? null,
      spans: own.length,
      services: [...new Set(own.map((span) => span.service))],
    });
  }
  return found;
}

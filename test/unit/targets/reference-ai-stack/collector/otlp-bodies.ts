// OTLP bodies as services send them, for the collector's tests.
import { createCollectorApp } from "../../../../../targets/reference-ai-stack/collector/app.ts";
import { NO_FORWARD, type Forward } from "../../../../../targets/reference-ai-stack/collector/forward.ts";
import { createIngest } from "../../../../../targets/reference-ai-stack/collector/ingest.ts";
import { Store } from "../../../../../targets/reference-ai-stack/collector/store.ts";
import type { Logger } from "../../../../../targets/reference-ai-stack/common/log.ts";

export const NOW = 1_790_000_000_000;
export const TRACE = "0af7651916cd43dd8448eb211c80319c";

export const nano = (ms: number): string => `${Math.round(ms * 1000)}000`;

const resource = (service: string, replica = service) => ({
  attributes: [
    { key: "service.name", value: { stringValue: service } },
    { key: "service.instance.id", value: { stringValue: replica } },
  ],
});

export interface SpanSketch {
  readonly service: string;
  readonly replica?: string;
  /** One hex digit, repeated. */
  readonly id: string;
  readonly parent?: string;
  readonly kind?: number;
  readonly startMs?: number;
  readonly ms?: number;
  readonly error?: string;
  readonly traceState?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

export function traces(...sketches: readonly SpanSketch[]): object {
  return {
    resourceSpans: sketches.map((one) => ({
      resource: resource(one.service, one.replica),
      scopeSpans: [{ spans: [spanOf(one)] }],
    })),
  };
}

function spanOf({
  id,
  parent,
  kind = 2,
  startMs = NOW,
  ms = 5,
  error,
  traceState,
  attributes = {},
}: SpanSketch): object {
  const own = { ...attributes, ...(error !== undefined && { "error.type": error }) };
  return {
    traceId: TRACE,
    spanId: id.repeat(16),
    ...(parent !== undefined && { parentSpanId: parent.repeat(16) }),
    ...(traceState !== undefined && { traceState }),
    name: "POST /x",
    kind,
    startTimeUnixNano: nano(startMs),
    endTimeUnixNano: nano(startMs + ms),
    attributes: Object.entries(own).map(([key, value]) => ({ key, value: { stringValue: value } })),
    ...(error !== undefined && { status: { code: 2 } }),
  };
}

export function logs(body: string, traceId?: string, at = NOW): object {
  const record = { timeUnixNano: nano(at), severityNumber: 13, body: { stringValue: body } };
  const logRecords = [{ ...record, ...(traceId !== undefined && { traceId }) }];
  return { resourceLogs: [{ resource: resource("gateway"), scopeLogs: [{ logRecords }] }] };
}

export function counter(value: number, at: number, name = "requests_total", startMs = 0): object {
  const dataPoints = [{ startTimeUnixNano: nano(startMs), timeUnixNano: nano(at), asInt: String(value) }];
  return metrics({ name, sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints } });
}

export function gauge(value: number, at: number, name = "depth", unit = ""): object {
  return metrics({ name, unit, gauge: { dataPoints: [{ timeUnixNano: nano(at), asDouble: value }] } });
}

export interface HistogramSketch {
  readonly bounds: readonly number[];
  readonly buckets: readonly number[];
  readonly sum: number;
}

export function histogram({ bounds, buckets, sum }: HistogramSketch, at: number, name = "wait", unit = "s"): object {
  const count = buckets.reduce((all, one) => all + one, 0);
  const point = { timeUnixNano: nano(at), count, sum, explicitBounds: bounds, bucketCounts: buckets };
  return metrics({ name, unit, histogram: { aggregationTemporality: 2, dataPoints: [point] } });
}

export function metrics(...items: readonly object[]): object {
  return { resourceMetrics: [{ resource: resource("gateway"), scopeMetrics: [{ metrics: items }] }] };
}

const quiet: Logger = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A collector on this file, at a time that the test sets. */
export function openCollector(file: string, forward: Forward = NO_FORWARD, mostPages?: number) {
  let now = NOW;
  const troubles: (string | null)[] = [];
  const nowMs = (): number => now;
  const store = new Store({
    file,
    nowMs,
    onTrouble: (says) => troubles.push(says),
    ...(mostPages !== undefined && { mostPages }),
  });
  const ingest = createIngest(store, forward, nowMs);
  const app = createCollectorApp({ store, ingest, nowMs, log: quiet });
  return {
    app,
    store,
    troubles,
    setNow: (ms: number) => (now = ms),
    async send(signal: "traces" | "logs" | "metrics", body: object): Promise<number> {
      const headers = { "content-type": "application/json" };
      return (await app.request(`/v1/${signal}`, { method: "POST", headers, body: JSON.stringify(body) })).status;
    },
    async ask(path: string): Promise<unknown> {
      return (await app.request(path)).json();
    },
  };
}

// What a service exports is what the collector reads: spans, logs and the registry's metrics, to the last bucket.
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { expect, it, vi } from "vitest";
import { readLogs } from "../../../../../targets/reference-ai-stack/collector/read-logs.ts";
import { readTime } from "../../../../../targets/reference-ai-stack/collector/read-otlp.ts";
import { readMetrics } from "../../../../../targets/reference-ai-stack/collector/read-metrics.ts";
import { readTraces } from "../../../../../targets/reference-ai-stack/collector/read-traces.ts";
import { createBuffer } from "../../../../../targets/reference-ai-stack/common/telemetry/buffer.ts";
import { startExporter } from "../../../../../targets/reference-ai-stack/common/telemetry/exporter.ts";
import { SECONDS_BOUNDS } from "../../../../../targets/reference-ai-stack/common/telemetry/names.ts";
import {
  logsBody,
  metricsBody,
  nanoseconds,
  tracesBody,
  type LogRecord,
} from "../../../../../targets/reference-ai-stack/common/telemetry/otlp.ts";
import { registryMetrics } from "../../../../../targets/reference-ai-stack/common/telemetry/registry-metrics.ts";
import { createTracer, type EndedSpan } from "../../../../../targets/reference-ai-stack/common/telemetry/span.ts";
import { createGatewayMetrics } from "../../../../../targets/reference-ai-stack/gateway/metrics.ts";
import { freePort } from "../../../../support/free-port.ts";
import { serveForTest } from "../../../../support/serve-for-test.ts";

const origin = { service: "inference", replica: "inference-2" };
const NOW = Date.now();

async function pushed(registry: Registry) {
  const metrics = await registryMetrics(registry, nanoseconds(NOW - 1000), nanoseconds(NOW));
  const { rows, rejected } = readMetrics(JSON.parse(metricsBody(origin, metrics)), NOW);
  expect(rejected).toBe(0);
  return new Map(rows.map((row) => [`${row.series.name} ${JSON.stringify(row.series.attributes)}`, row]));
}

it("reads every millisecond back to the last digit, though nanoseconds since 1970 are more than a double can count", () => {
  const first = 1_795_907_842_000;
  const wrong = Array.from({ length: 2000 }, (_, n) => first + n).filter(
    (ms) => readTime(nanoseconds(ms), "time", first) !== ms,
  );
  expect(wrong).toEqual([]);
});

it("hands over spans and logs as they were", () => {
  const spans: EndedSpan[] = [];
  const span = createTracer((one) => spans.push(one)).begin("chat", {
    kind: "client",
    attributes: { n: 3, x: 0.5, b: true },
  });
  span.fail("timeout");
  span.end();
  const [read] = readTraces(JSON.parse(tracesBody(origin, spans)), Date.now()).rows;
  expect(read).toMatchObject({ ...origin, name: "chat", kind: "client", error: "timeout", parentId: null });
  expect(read?.attributes).toEqual({ n: 3, x: 0.5, b: true, "error.type": "timeout" });
  expect(read?.startMs).toBeCloseTo(spans[0]?.startMs ?? 0, 2);
  const record: LogRecord = {
    at: NOW,
    level: "warn",
    message: "m",
    fields: { a: null, b: "x", c: undefined },
    ...span.context,
  };
  const [log] = readLogs(JSON.parse(logsBody(origin, [record])), NOW).rows;
  expect(log).toMatchObject({
    ...origin,
    at: NOW,
    severity: "WARN",
    body: "m",
    ...span.context,
    attributes: { b: "x" },
  });
});

it("pushes counters, gauges and histograms with their labels, and the process's few of note", async () => {
  const registry = new Registry();
  registry.setDefaultLabels({ service: "inference", replica: "inference-2" });
  const requests = new Counter({
    name: "requests_total",
    help: "Requests.",
    labelNames: ["why"],
    registers: [registry],
  });
  requests.inc({ why: "a" }, 2);
  requests.inc({ why: "" }, 1);
  new Gauge({ name: "depth", help: "Depth.", registers: [registry] }).set(-0.25);
  new Gauge({ name: "unknown", help: "Not there yet.", registers: [registry] }).set(NaN);
  const wait = new Histogram({ name: "wait", help: "W", labelNames: ["m"], buckets: [0.1, 1], registers: [registry] });
  for (const value of [0.05, 0.1, 0.5, 7]) wait.observe({ m: "x" }, value);
  const rows = await pushed(registry);
  expect(rows.get('requests_total {"why":"a"}')?.value).toBe(2);
  expect(rows.get("requests_total {}")).toMatchObject({ value: 1, series: { kind: "counter", ...origin } });
  expect(rows.get("depth {}")?.value).toBe(-0.25);
  expect(rows.has("unknown {}")).toBe(false);
  expect(rows.get('wait {"m":"x"}')?.value).toEqual({ count: 4, sum: 7.65, bounds: [0.1, 1], buckets: [2, 1, 1] });
});

it("gives GenAI's metrics their own names, units and bounds in seconds, once each", async () => {
  const registry = new Registry();
  const metrics = createGatewayMetrics(registry);
  for (let i = 0; i < 40; i += 1) metrics.operation({ name: "chat", ms: 50, errorType: "", model: `model-${i}` });
  metrics.operation({ name: "chat", ms: 4900, errorType: "timeout", model: "model-0" });
  metrics.tokens(10, 20);
  const rows = [...(await pushed(registry)).values()];
  const durations = rows.filter(({ series }) => series.name === "gen_ai.client.operation.duration");
  expect(durations.find(({ series }) => series.attributes["error.type"] === "timeout")).toMatchObject({
    series: { unit: "s", attributes: { "gen_ai.operation.name": "chat", "gen_ai.request.model": "model-0" } },
    value: { count: 1, sum: 4.9, bounds: SECONDS_BOUNDS },
  });
  // Nobody can make series without end by naming models.
  expect(new Set(durations.map(({ series }) => series.attributes["gen_ai.request.model"])).size).toBe(17);
  expect(rows.filter(({ series }) => series.name.endsWith("_seconds"))).toEqual([]);
  expect(rows.find(({ series }) => series.attributes["gen_ai.token.type"] === "output")?.series.unit).toBe("{token}");
});

it("keeps what the collector did not take and sends it once it is back, and the last of it at the end", async () => {
  const [spans, logs] = [createBuffer<EndedSpan>(100), createBuffer<LogRecord>(100)];
  const collectorPort = await freePort();
  const end = startExporter({ origin, collectorPort, registry: new Registry(), spans, logs });
  createTracer((span) => spans.put(span))
    .begin("early", { kind: "internal" })
    .end();
  await vi.waitFor(() => expect(spans.takeLost()).toBe(0));
  const seen: string[] = [];
  let isWilling = false;
  await serveForTest((request, response) => {
    let body = "";
    request.on("data", (piece: Buffer) => (body += String(piece)));
    request.on("end", () => {
      response.writeHead(isWilling ? 200 : 503).end("{}");
      if (isWilling && request.url === "/v1/traces") seen.push(body);
      isWilling = true;
    });
  }, collectorPort);
  await vi.waitFor(() => expect(seen).toHaveLength(1), { timeout: 20_000, interval: 50 });
  expect(seen[0]).toContain('"name":"early"');
  createTracer((span) => spans.put(span))
    .begin("last", { kind: "internal" })
    .end();
  await end();
  await vi.waitFor(() => expect(seen).toHaveLength(2));
  expect(seen[1]).toContain('"name":"last"');
  await expect(end()).resolves.toBeUndefined();
});

it("sends at the end also what came while an export was under way", async () => {
  const [spans, logs] = [createBuffer<EndedSpan>(100), createBuffer<LogRecord>(100)];
  const traces: string[] = [];
  let answerMetrics: (() => void) | undefined;
  const collector = await serveForTest((request, response) => {
    let body = "";
    request.on("data", (piece: Buffer) => (body += String(piece)));
    request.on("end", () => {
      if (request.url === "/v1/traces") traces.push(body);
      const answer = (): void => void response.writeHead(200).end("{}");
      // The first export is held open until the service has begun to end.
      if (request.url !== "/v1/metrics" || answerMetrics !== undefined) answer();
      else answerMetrics = answer;
    });
  });
  const end = startExporter({ origin, collectorPort: collector.port, registry: new Registry(), spans, logs });
  await vi.waitFor(() => expect(answerMetrics).toBeDefined(), { timeout: 20_000, interval: 20 });
  createTracer((span) => spans.put(span))
    .begin("last", { kind: "internal" })
    .end();
  const ended = end();
  answerMetrics?.();
  await ended;
  await vi.waitFor(() => expect(traces).toHaveLength(1));
  expect(traces[0]).toContain('"name":"last"');
});

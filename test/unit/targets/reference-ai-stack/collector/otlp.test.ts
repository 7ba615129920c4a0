// What comes in by OTLP: everything that is right is taken, and nothing that is wrong ends the collector.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, it } from "vitest";
import { counter, gauge, logs, metrics, nano, NOW, openCollector, TRACE, traces } from "./otlp-bodies.ts";
import { pick, random, randomBodies } from "./random-bodies.ts";

let folder: string;
let collector: ReturnType<typeof openCollector>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "collector-"));
  collector = openCollector(join(folder, "telemetry.sqlite"));
});
afterEach(() => {
  collector.store.close();
  rmSync(folder, { recursive: true, force: true });
});

const post = (path: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  collector.app.request(path, { method: "POST", body, headers: { "content-type": "application/json", ...headers } });

it("takes numbers as text and as numbers, and ids in either case", async () => {
  expect(await collector.send("metrics", counter(7, NOW))).toBe(200);
  const dataPoints = [{ timeUnixNano: Number(nano(NOW + 1000)), asInt: 9 }];
  const asNumbers = metrics({
    name: "requests_total",
    sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints },
  });
  expect(await collector.send("metrics", asNumbers)).toBe(200);
  expect(await collector.ask("/api/latest?name=requests_total")).toMatchObject({
    series: [{ value: 9, kind: "counter" }],
  });
  const body = JSON.stringify(traces({ service: "gateway", id: "a" })).replace(TRACE, TRACE.toUpperCase());
  expect((await post("/v1/traces", body)).status).toBe(200);
  expect(await collector.ask(`/api/traces/${TRACE.toUpperCase()}`)).toMatchObject({
    spans: [{ spanId: "a".repeat(16) }],
  });
});

it("takes gzip, and refuses what is larger inside than a body may be", async () => {
  const zipped = (bytes: string) => new Uint8Array(gzipSync(bytes));
  const good = zipped(JSON.stringify(traces({ service: "gateway", id: "a" })));
  expect((await post("/v1/traces", good, { "content-encoding": "gzip" })).status).toBe(200);
  const bomb = zipped(" ".repeat(8 * 1024 * 1024));
  expect((await post("/v1/traces", bomb, { "content-encoding": "gzip" })).status).toBe(400);
});

it("answers 415 to what is no JSON, and 413 to what is too long", async () => {
  expect((await post("/v1/traces", "x", { "content-type": "application/x-protobuf" })).status).toBe(415);
  expect((await post("/v1/traces", "x", { "content-type": "text/plain" })).status).toBe(415);
  expect((await post("/v1/traces", "x", { "content-encoding": "br" })).status).toBe(415);
  expect((await post("/v1/traces", " ".repeat(5 * 1024 * 1024))).status).toBe(413);
});

it("leaves out the items that make no sense, keeps the others, and says how many", async () => {
  const [good, bad] = [traces({ service: "gateway", id: "a" }), traces({ service: "gateway", id: "g" })] as {
    resourceSpans: object[];
  }[];
  const body = { resourceSpans: [...(good?.resourceSpans ?? []), ...(bad?.resourceSpans ?? [])] };
  const answer = await post("/v1/traces", JSON.stringify(body));
  expect([answer.status, await answer.json()]).toEqual([
    200,
    { partialSuccess: { rejectedSpans: "1", errorMessage: "spanId: expected 16 hex digits, not all 0" } },
  ]);
  expect(await collector.ask("/api/traces")).toMatchObject({ traces: [{ spans: 1 }] });
});

const point = { timeUnixNano: nano(NOW) };
const wrongMetrics: Readonly<Record<string, object>> = {
  "delta temporality": {
    name: "d",
    sum: { aggregationTemporality: 1, isMonotonic: true, dataPoints: [{ ...point, asInt: 1 }] },
  },
  "a summary": { name: "s", summary: { dataPoints: [point] } },
  "no value": { name: "n", gauge: { dataPoints: [point] } },
  "a value that is no number": { name: "n", gauge: { dataPoints: [{ ...point, asDouble: "NaN" }] } },
  "no name": { gauge: { dataPoints: [{ ...point, asDouble: 1 }] } },
  "a clock that is wrong": { name: "c", gauge: { dataPoints: [{ timeUnixNano: nano(NOW + 7_200_000), asDouble: 1 }] } },
  "buckets that do not add up": {
    name: "h",
    histogram: {
      aggregationTemporality: 2,
      dataPoints: [{ ...point, count: 3, bucketCounts: [1, 1], explicitBounds: [1] }],
    },
  },
  "a bucket too few": {
    name: "h",
    histogram: {
      aggregationTemporality: 2,
      dataPoints: [{ ...point, count: 1, bucketCounts: [1], explicitBounds: [1] }],
    },
  },
  "bounds that fall": {
    name: "h",
    histogram: {
      aggregationTemporality: 2,
      dataPoints: [{ ...point, count: 1, bucketCounts: [1, 0, 0], explicitBounds: [2, 1] }],
    },
  },
};

it.each(Object.keys(wrongMetrics))("refuses a metric with %s", async (what) => {
  expect(await collector.send("metrics", metrics(wrongMetrics[what] ?? {}))).toBe(400);
  expect(await collector.ask("/api/latest")).toMatchObject({ series: [] });
});

it("answers 4xx to a thousand random bodies on each endpoint, and works afterwards", async () => {
  const before = collector.store.recent.series().length;
  for (const path of ["/v1/traces", "/v1/logs", "/v1/metrics"]) {
    const statuses = new Set<number>();
    for (const body of randomBodies(1000, path)) statuses.add((await post(path, body)).status);
    expect([path, [...statuses]]).toEqual([path, [400]]);
  }
  expect(collector.store.recent.series()).toHaveLength(before);
  expect(await collector.send("metrics", gauge(1, NOW))).toBe(200);
});

it("answers 400 to what is nested deeper than its stack is high", async () => {
  const list = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  expect((await post("/v1/traces", list)).status).toBe(400);
  expect((await post("/v1/logs", `{"resourceLogs":${list}}`)).status).toBe(400);
  const deep = `{"kvlistValue":${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}}`;
  const body = JSON.stringify(traces({ service: "gateway", id: "a", attributes: { k: "deep" } }));
  expect((await post("/v1/traces", body.replace('{"stringValue":"deep"}', deep))).status).toBe(400);
  expect(await collector.send("traces", traces({ service: "gateway", id: "b" }))).toBe(200);
});

it("answers 4xx to a thousand random queries, or 200, and never 5xx", async () => {
  const chance = random(5);
  const paths = ["/api/latest", "/api/range", "/api/traces", "/api/logs", "/graph", "/api/traces/x", "/api/traces/%00"];
  const keys = [
    "name",
    "service",
    "attribute",
    "tier",
    "from",
    "to",
    "limit",
    "trace",
    "windowMs",
    "error",
    "__proto__",
  ];
  const values = [
    "",
    "1",
    "-1",
    "1e999",
    "NaN",
    "raw",
    "%",
    "%00",
    "a:b",
    ":",
    "[]",
    "'; DROP TABLE points; --",
    "ü".repeat(300),
  ];
  for (let i = 0; i < 1000; i += 1) {
    const query = Array.from(
      { length: chance(4) },
      () => `${pick(keys, chance)}=${encodeURIComponent(pick(values, chance))}`,
    );
    const { status } = await collector.app.request(`${pick(paths, chance)}?${query.join("&")}`);
    expect(status).toBeLessThan(500);
  }
});

it("writes nothing of an attribute into the prototype of anything", async () => {
  const attributes = [{ key: "__proto__", value: { stringValue: "x" } }];
  await collector.send(
    "metrics",
    metrics({ name: "p", gauge: { dataPoints: [{ ...point, asDouble: 1, attributes }] } }),
  );
  expect(Object.hasOwn({}, "x")).toBe(false);
  expect(await (await collector.app.request("/metrics")).text()).toContain(`__proto__="x"`);
});

it("gives the logs of a trace, and those since a time", async () => {
  await collector.send("logs", logs("in it", TRACE));
  await collector.send("logs", logs("outside", undefined, NOW + 1));
  expect(await collector.ask(`/api/logs?trace=${TRACE}`)).toMatchObject({
    logs: [{ body: "in it", severity: "WARN" }],
  });
  expect(await collector.ask(`/api/logs?from=${NOW + 1}`)).toMatchObject({
    logs: [{ body: "outside", traceId: null }],
  });
});

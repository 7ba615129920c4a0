// The Prometheus page of the collector: right names, each series once, and nothing that a reader could choke on.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { parseMetricPage } from "../../../../../src/probes/metrics/prometheus-text.ts";
import { counter, gauge, histogram, metrics, nano, NOW, openCollector } from "./otlp-bodies.ts";
import { pick, random } from "./random-bodies.ts";

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

const point = { timeUnixNano: nano(NOW) };

it("has every series on the Prometheus page under its right name, once, with its labels escaped", async () => {
  const attributes = [{ key: "http.route", value: { stringValue: 'a"b\\c\nd' } }];
  const dataPoints = [{ ...point, asDouble: 2, attributes }];
  await collector.send("metrics", counter(3, NOW, "vllm:request_success_total"));
  await collector.send("metrics", counter(4, NOW, "http.requests"));
  await collector.send("metrics", gauge(0.5, NOW, "cache.use", "1"));
  await collector.send(
    "metrics",
    metrics({ name: "queue.bytes", unit: "By", description: "a\nb", gauge: { dataPoints } }),
  );
  await collector.send(
    "metrics",
    histogram({ bounds: [0.1, 1], buckets: [1, 2, 3], sum: 9.5 }, NOW, "gen_ai.client.operation.duration"),
  );
  const own = 'replica="gateway",service="gateway"';
  expect((await (await collector.app.request("/metrics")).text()).split("\n")).toEqual([
    "# HELP cache_use_ratio cache_use_ratio",
    "# TYPE cache_use_ratio gauge",
    `cache_use_ratio{${own}} 0.5`,
    "# HELP gen_ai_client_operation_duration_seconds gen_ai_client_operation_duration_seconds",
    "# TYPE gen_ai_client_operation_duration_seconds histogram",
    `gen_ai_client_operation_duration_seconds_bucket{${own},le="0.1"} 1`,
    `gen_ai_client_operation_duration_seconds_bucket{${own},le="1"} 3`,
    `gen_ai_client_operation_duration_seconds_bucket{${own},le="+Inf"} 6`,
    `gen_ai_client_operation_duration_seconds_sum{${own}} 9.5`,
    `gen_ai_client_operation_duration_seconds_count{${own}} 6`,
    "# HELP http_requests_total http_requests_total",
    "# TYPE http_requests_total counter",
    `http_requests_total{${own}} 4`,
    "# HELP queue_bytes a\\nb",
    "# TYPE queue_bytes gauge",
    `queue_bytes{http_route="a\\"b\\\\c\\nd",${own}} 2`,
    "# HELP vllm:request_success_total vllm:request_success_total",
    "# TYPE vllm:request_success_total counter",
    `vllm:request_success_total{${own}} 3`,
    "",
  ]);
});

it("has a page that Prometheus can read whatever names and labels were sent", async () => {
  const chance = random(11);
  const names = [
    "a",
    "1",
    "ü",
    "a.b",
    "a_b",
    "_",
    " ",
    "a{",
    '"',
    "\n",
    "\\",
    "le",
    "a:b",
    "total",
    "x_total",
    "#",
    "\u0000",
  ];
  const units = ["", "1", "s", "By", "{x}", "%", "weird unit"];
  for (let i = 0; i < 600; i += 1) {
    const attributes = Array.from({ length: chance(4) }, () => ({
      key: pick(names, chance) + pick(names, chance),
      value: { stringValue: pick(names, chance) },
    }));
    const data = {
      aggregationTemporality: 2,
      isMonotonic: chance(2) === 0,
      dataPoints: [{ ...point, asDouble: chance(9), attributes }],
    };
    const name = pick(names, chance) + pick(names, chance);
    const body = metrics({ name, unit: pick(units, chance), [pick(["sum", "gauge"], chance)]: data });
    expect(await collector.send("metrics", body)).toBe(200);
  }
  const page = parseMetricPage(await (await collector.app.request("/metrics")).text(), "text");
  expect(page.names.length).toBeGreaterThan(100);
  for (const name of page.names) {
    const children = page
      .samples(name)
      .map(({ labels }) =>
        JSON.stringify(Object.entries(labels).toSorted(([left], [right]) => (left < right ? -1 : 1))),
      );
    expect(new Set(children).size).toBe(children.length);
  }
});

it("takes a series that nobody speaks for any more off the page, and calls its last value stale", async () => {
  await collector.send("metrics", gauge(3, NOW));
  collector.setNow(NOW + 10_001);
  expect(await (await collector.app.request("/metrics")).text()).toBe("");
  expect(await collector.ask("/api/latest")).toMatchObject({
    series: [{ name: "depth", stale: true, receivedAt: NOW }],
  });
});

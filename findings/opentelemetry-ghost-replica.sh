#!/usr/bin/env bash
# One expects: an observable gauge shows what its callback reports now. If the callback stops to report replica b,
#   b is gone from the next export. The specification says so too: the SDK should not (SHOULD NOT) produce data for a
#   set of attributes that was not observed in a successful callback.
# What happens: with cumulative temporality (the default, and always so behind the Prometheus exporter) the
#   JavaScript SDK exports the last value of b for ever. Its data point even carries the time of the new collection, so
#   a check of the age does not see it. With delta temporality b is gone at once.
# Why it matters: "replicas up", queue lengths and loads of ended replicas stay on the page. A healer that counts them
#   sees no loss, and one that waits for a series to vanish waits for ever. Ask the replica, not the gauge.
# Versions: @opentelemetry/sdk-metrics 2.12.1 with @opentelemetry/exporter-prometheus 0.223.0 (npm).
#   Seen with Node 20, 22 and 26. sdk-metrics 3.1.1 with exporter-prometheus 0.301.0 (Node >= 22.15) does the same.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"type":"module"}' >package.json
npm install --loglevel=error --ignore-scripts --no-audit --no-fund \
  @opentelemetry/api@1.9.1 @opentelemetry/sdk-metrics@2.12.1 @opentelemetry/exporter-prometheus@0.223.0 >/dev/null

cat >client.mjs <<'END'
import assert from "node:assert/strict";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { PrometheusExporter } from "@opentelemetry/exporter-prometheus";
import { AggregationTemporality, MeterProvider, MetricReader } from "@opentelemetry/sdk-metrics";

class Reader extends MetricReader {
  async onForceFlush() {}
  async onShutdown() {}
  async points() {
    const { resourceMetrics } = await this.collect();
    return resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics.flatMap((metric) => metric.dataPoints));
  }
}
const probe = createServer();
const port = await new Promise((ready) => probe.listen(0, "127.0.0.1", () => ready(probe.address().port)));
await new Promise((closed) => probe.close(closed));
const prometheus = await new Promise((ready) => {
  const exporter = new PrometheusExporter({ host: "127.0.0.1", port }, () => ready(exporter));
});
const cumulative = new Reader({ aggregationTemporalitySelector: () => AggregationTemporality.CUMULATIVE });
const delta = new Reader({ aggregationTemporalitySelector: () => AggregationTemporality.DELTA });
const provider = new MeterProvider({ readers: [prometheus, cumulative, delta] });

let alive = ["a", "b"];
let lastReportOfB = 0;
const gauge = provider.getMeter("healer").createObservableGauge("replica_up");
gauge.addCallback((observer) => {
  for (const replica of alive) observer.observe(1, { replica });
  if (alive.includes("b")) lastReportOfB = Date.now();
});
async function look() {
  const page = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const points = await cumulative.points();
  const b = points.find((point) => point.attributes.replica === "b");
  const stampOfB = b === undefined ? 0 : b.endTime[0] * 1000 + b.endTime[1] / 1e6;
  return {
    "Prometheus page": [...page.matchAll(/^replica_up\{.*?replica="(\w)".*\} 1/gm)].map((hit) => hit[1]).join(" "),
    "cumulative reader": points.map((point) => point.attributes.replica).join(" "),
    "delta reader": (await delta.points()).map((point) => point.attributes.replica).join(" "),
    "b is stamped after its last report": stampOfB > lastReportOfB + 200,
  };
}
const before = await look();
alive = ["a"];
await sleep(400);
const after = await look();
alive = [];
const none = await look();
await provider.shutdown();
console.log("@opentelemetry/sdk-metrics 2.12.1, exporter-prometheus 0.223.0: replicas shown as up");
console.table({ "a and b reported": before, "only a reported": after, "none reported": none });
const ghosts = { "Prometheus page": "a b", "cumulative reader": "a b" };
assert.deepEqual(before, { ...ghosts, "delta reader": "a b", "b is stamped after its last report": false });
assert.deepEqual(after, { ...ghosts, "delta reader": "a", "b is stamped after its last report": true });
assert.deepEqual(none, { ...ghosts, "delta reader": "", "b is stamped after its last report": true });
END

timeout 50 node client.mjs
echo "Still so: replicas that nobody reports are shown as up, with a fresh time."

#!/usr/bin/env bash
# One expects: a latency summary with a window has no value when the window is empty (Go's client writes NaN), and
#   workers' medians are not added up.
# What happens: prom-client writes 0 for each quantile when nothing was observed within `maxAgeSeconds`, and before the
#   first observation. In a cluster, AggregatorRegistry adds the workers' quantiles by default: medians of 0.5 s and
#   0.9 s become 1.4 s.
# Why it matters: when a service hangs, no request ends, nothing is observed, and p99 falls to 0: the best value ever,
#   in the middle of the outage. "p99 < 1 s again" is then read as recovered. Only a count that stands still tells.
# Versions: prom-client 15.1.3 (npm). Seen with Node 20, 22 and 26.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"type":"module"}' >package.json
npm install --loglevel=error --ignore-scripts --no-audit --no-fund prom-client@15.1.3 >/dev/null

cat >client.mjs <<'END'
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import client from "prom-client";

function summary(options) {
  const register = new client.Registry();
  const metric = new client.Summary({ name: "latency_seconds", help: "h", registers: [register], ...options });
  const read = async () => {
    const page = await register.metrics();
    const value = (name) => page.split("\n").find((line) => line.startsWith(name))?.split(" ")[1];
    return { p99: value('latency_seconds{quantile="0.99"}'), count: value("latency_seconds_count") };
  };
  return { metric, read, register };
}

const windowed = summary({ percentiles: [0.99], maxAgeSeconds: 1, ageBuckets: 2 });
const unused = await windowed.read();
for (let request = 0; request < 100; request += 1) windowed.metric.observe(5);
const busy = await windowed.read();
let hanging = busy;
for (let look = 0; look < 80 && hanging.p99 === busy.p99; look += 1) {
  await sleep(100);
  hanging = await windowed.read();
}
console.log("prom-client 15.1.3");
console.table({ "before the first request": unused, "100 requests of 5 s": busy, "then nothing ends": hanging });

const workers = [];
for (const seconds of [0.5, 0.9]) {
  const worker = summary({ percentiles: [0.5] });
  for (let request = 0; request < 10; request += 1) worker.metric.observe(seconds);
  workers.push(await worker.register.getMetricsAsJSON());
}
const cluster = await client.AggregatorRegistry.aggregate(workers).metrics();
const median = cluster.split("\n").find((line) => line.includes('quantile="0.5"'));
console.log(`medians of two workers 0.5 and 0.9, of the cluster: ${median}`);

assert.deepEqual(unused, { p99: "0", count: "0" });
assert.deepEqual(busy, { p99: "5", count: "100" });
assert.deepEqual(hanging, { p99: "0", count: "100" });
assert.equal(median, 'latency_seconds{quantile="0.5"} 1.4');
END

timeout 50 node client.mjs
echo "Still so: no observation reads as 0 s, and a cluster's median is the sum of its workers' medians."

#!/usr/bin/env bash
# One expects: a parser of Prometheus' text format keeps the label sets of a histogram or summary apart, as it does for
#   counters and gauges (its README promises the shape of prom2json, which does).
# What happens: all label sets of a histogram become one: the buckets of the last one on the page, no labels, and as soon
#   as there is any label beside `le` neither count nor sum. Summaries likewise. Counters on the same page are right.
# Why it matters: a page of an inference server has a histogram for each engine or model. One engine answers after 50 ms,
#   the other after 5 s: which of them is seen depends on their order on the page, and the other one's p95 cannot alarm.
# Versions: parse-prometheus-text-format 1.1.1, pages written by prom-client 15.1.3 (npm). Seen with Node 20.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"type":"module"}' >package.json
npm install --loglevel=error --ignore-scripts --no-audit --no-fund \
  parse-prometheus-text-format@1.1.1 prom-client@15.1.3 >/dev/null

cat >client.mjs <<'END'
import assert from "node:assert/strict";
import parse from "parse-prometheus-text-format";
import client from "prom-client";

/** A page on which each of these engines answered ten times after so many seconds. */
async function parsed(engines) {
  const register = new client.Registry();
  const registers = [register];
  const ttft = new client.Histogram({
    name: "time_to_first_token_seconds",
    help: "h",
    labelNames: ["engine"],
    buckets: [0.1, 1, 10],
    registers,
  });
  const e2e = new client.Summary({ name: "e2e_seconds", help: "h", labelNames: ["engine"], percentiles: [0.5], registers });
  const ended = new client.Counter({ name: "ended_total", help: "h", labelNames: ["engine"], registers });
  for (const [engine, seconds] of engines) {
    for (let request = 0; request < 10; request += 1) {
      ttft.observe({ engine }, seconds);
      e2e.observe({ engine }, seconds);
      ended.inc({ engine });
    }
  }
  const families = parse(await register.metrics());
  return (name) => families.find((family) => family.name === name).metrics;
}

const slowLast = await parsed([["0", 0.05], ["1", 5]]);
const slowFirst = await parsed([["1", 5], ["0", 0.05]]);
console.log("parse-prometheus-text-format 1.1.1, engine 0 answers after 50 ms, engine 1 after 5 s, ten requests each");
for (const [order, page] of [["slow one last", slowLast], ["slow one first", slowFirst]]) {
  console.log(order);
  for (const name of ["ended_total", "time_to_first_token_seconds", "e2e_seconds"])
    console.log(`  ${name}: ${JSON.stringify(page(name))}`);
}

assert.equal(slowLast("ended_total").length, 2);
assert.deepEqual(slowLast("time_to_first_token_seconds"), [{ buckets: { 0.1: "0", 1: "0", 10: "10", "+Inf": "10" } }]);
assert.deepEqual(slowFirst("time_to_first_token_seconds"), [{ buckets: { 0.1: "10", 1: "10", 10: "10", "+Inf": "10" } }]);
assert.deepEqual(slowLast("e2e_seconds"), [{ quantiles: { 0.5: "5" } }]);
assert.deepEqual(slowFirst("e2e_seconds"), [{ quantiles: { 0.5: "0.05" } }]);
END

timeout 50 node client.mjs
echo "Still so: of two engines' histograms only the last one on the page is seen, without its name, count and sum."

#!/usr/bin/env bash
# One expects: at a fixed rate of 20 requests a second, a load tool that corrects for coordinated omission adds the
#   requests that a stall held back: 1.5 s of stall at one request each 50 ms are about 29 more samples.
# What happens: autocannon hands its histogram `ceil(1 / rate)` as the expected interval. 1 / rate is in seconds, the
#   histogram is in milliseconds. So the interval is 1 ms at any rate of 1 or more, and one stall adds about 1,500
#   samples. The median of a run where all requests but one took some milliseconds then reads about 0.7 s.
# Why it matters: it is on whenever a rate is set. One slow answer turns the whole distribution round, and percentiles
#   of two runs at different rates cannot be compared. `latency.totalCount` beyond the number of answers gives it away.
#   Use `ignoreCoordinatedOmission: true` and correct by oneself.
# Versions: autocannon 9.0.0, hdr-histogram-js 3.0.1 (npm). Seen with Node 20, 22 and 26.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"type":"module"}' >package.json
npm install --loglevel=error --ignore-scripts --no-audit --no-fund autocannon@9.0.0 hdr-histogram-js@3.0.1 >/dev/null

cat >client.mjs <<'END'
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import autocannon from "autocannon";
import { build } from "hdr-histogram-js";

const rate = 20;
let served = 0;
const server = createServer((_request, response) => {
  served += 1;
  if (served === 3) setTimeout(() => response.end("ok"), 1500);
  else response.end("ok");
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const run = autocannon({
  url: `http://127.0.0.1:${server.address().port}`,
  connections: 1,
  overallRate: rate,
  duration: 3,
});
const times = [];
run.on("response", (_client, _status, _bytes, ms) => times.push(ms));
const [result] = await once(run, "done");
server.closeAllConnections();
server.close();

const corrected = (intervalMs) => {
  const histogram = build();
  for (const ms of times) histogram.recordValueWithExpectedInterval(ms, intervalMs);
  return { samples: histogram.totalCount, "median, ms": histogram.getValueAtPercentile(50) };
};
const right = corrected(1000 / rate);
const wrong = corrected(1);
console.log(`autocannon 9.0.0 at ${rate} requests a second, ${times.length} answers, one of them after 1.5 s`);
console.table({
  "autocannon says": { samples: result.latency.totalCount, "median, ms": result.latency.p50 },
  "same answers, interval 50 ms": right,
  "same answers, interval 1 ms": wrong,
});
assert.equal(times.filter((ms) => ms > 1000).length, 1, "one answer was slow");
assert.ok(right.samples < 2.5 * times.length && right["median, ms"] < 200, "a right correction stays small");
assert.ok(result.latency.totalCount > 10 * times.length, "autocannon's correction is now small: changed");
assert.ok(result.latency.p50 > 500, "autocannon's median is now small: changed");
const apart = Math.abs(result.latency.totalCount - wrong.samples);
assert.ok(apart <= 0.05 * wrong.samples, "the interval is not 1 ms: changed");
END

timeout 50 node client.mjs
echo "Still so: the expected interval is 1 ms whatever the rate is."

#!/usr/bin/env bash
# One expects: the batch processor of logs takes its exporter as that of spans does (`new BatchSpanProcessor(exporter)`), or
#   refuses what it cannot use when it is made.
# What happens: `new BatchLogRecordProcessor(exporter)` is made without a word and logs can be written to it. Nothing is
#   exported, forceFlush resolves, and only shutdown throws a TypeError. It wants `{ exporter }`.
# Why it matters: a service that was moved from spans to logs by the same pattern has traces and no logs, and nothing says so
#   while it runs. All dark is taken for all quiet.
# Versions: @opentelemetry/sdk-logs 0.223.1, @opentelemetry/sdk-trace-base 2.12.1 (npm). Seen with Node 20.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"type":"module"}' >package.json
npm install --loglevel=error --ignore-scripts --no-audit --no-fund \
  @opentelemetry/api@1.9.1 @opentelemetry/sdk-logs@0.223.1 @opentelemetry/sdk-trace-base@2.12.1 >/dev/null

cat >logs.mjs <<'END'
import assert from "node:assert/strict";
import { BatchLogRecordProcessor, InMemoryLogRecordExporter, LoggerProvider } from "@opentelemetry/sdk-logs";
import { BasicTracerProvider, BatchSpanProcessor, InMemorySpanExporter } from "@opentelemetry/sdk-trace-base";

/** How an attempt ended, in a word. */
const outcome = (promise) => promise.then(() => "fine", (error) => `${error.name}: ${error.message}`);

const spans = new InMemorySpanExporter();
const tracers = new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(spans)] });
for (let n = 0; n < 10; n += 1) tracers.getTracer("t").startSpan("s").end();
await tracers.forceFlush();
console.log(`spans, new BatchSpanProcessor(exporter): ${spans.getFinishedSpans().length} of 10 exported`);

async function logged(processorOf) {
  const exporter = new InMemoryLogRecordExporter();
  const provider = new LoggerProvider({ processors: [processorOf(exporter)] });
  for (let n = 0; n < 10; n += 1) provider.getLogger("l").emit({ body: "b" });
  const flush = await outcome(provider.forceFlush());
  const exported = exporter.getFinishedLogRecords().length;
  return { exported, flush, shutdown: await outcome(provider.shutdown()) };
}
const same = await logged((exporter) => new BatchLogRecordProcessor(exporter));
const wrapped = await logged((exporter) => new BatchLogRecordProcessor({ exporter }));
console.log(`logs, new BatchLogRecordProcessor(exporter): ${JSON.stringify(same)}`);
console.log(`logs, new BatchLogRecordProcessor({ exporter }): ${JSON.stringify(wrapped)}`);
assert.equal(spans.getFinishedSpans().length, 10);
assert.equal(wrapped.exported, 10);
assert.equal(same.exported, 0);
END
node logs.mjs

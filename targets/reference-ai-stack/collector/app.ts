// The HTTP face of the collector: OTLP comes in, and series, traces, logs and the service graph are asked for.
import { gunzip } from "node:zlib";
import { promisify } from "node:util";
import { Hono, type Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { messageOf, type Logger } from "../common/log.ts";
import type { SignalName } from "./forward.ts";
import type { Ingest } from "./ingest.ts";
import { NUMBERS } from "./numbers.ts";
import { mountQueries, type QueryParts } from "./queries.ts";
import { MalformedBody } from "./read-otlp.ts";

export interface CollectorParts extends QueryParts {
  readonly ingest: Ingest;
  readonly log: Logger;
}

const unzip = promisify(gunzip);
const SIGNALS: readonly SignalName[] = ["traces", "logs", "metrics"];

/** Builds the app; nothing listens yet. */
export function createCollectorApp(parts: CollectorParts): Hono {
  const app = new Hono();
  // It is healthy as long as it answers: what its store cannot do it says, and does without.
  app.get("/health", (c) => {
    const trouble = parts.store.trouble();
    return c.json({ status: "ok", ...(trouble !== null && { trouble }) });
  });
  const limit = bodyLimit({
    maxSize: NUMBERS.bodyBytes,
    onError: (c) => refused(c, 413, `the body has more than ${NUMBERS.bodyBytes} bytes`),
  });
  for (const signal of SIGNALS) app.post(`/v1/${signal}`, limit, (c) => takeExport(c, signal, parts));
  mountQueries(app, parts);
  app.onError((error, c) => {
    parts.log.error("a request failed", { path: c.req.path, reason: messageOf(error) });
    return refused(c, 500, "the collector failed on this request");
  });
  return app;
}

async function takeExport(c: Context, signal: SignalName, { ingest }: CollectorParts): Promise<Response> {
  const type = c.req.header("content-type") ?? "";
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    return refused(c, 415, "expected application/json (OTEL_EXPORTER_OTLP_PROTOCOL=http/json)");
  }
  const encoding = c.req.header("content-encoding") ?? "identity";
  if (encoding !== "identity" && encoding !== "gzip") return refused(c, 415, "expected no content-encoding, or gzip");
  try {
    const { rejected, reason } = ingest.take(signal, await textOf(c, encoding === "gzip"));
    if (rejected === 0) return c.json({});
    const what = { traces: "rejectedSpans", logs: "rejectedLogRecords", metrics: "rejectedDataPoints" }[signal];
    return c.json({ partialSuccess: { [what]: String(rejected), errorMessage: reason } });
  } catch (error) {
    if (error instanceof MalformedBody) return refused(c, 400, error.message);
    throw error;
  }
}

async function textOf(c: Context, isZipped: boolean): Promise<string> {
  if (!isZipped) return c.req.text();
  try {
    const bytes = Buffer.from(await c.req.arrayBuffer());
    return (await unzip(bytes, { maxOutputLength: NUMBERS.bodyBytes })).toString("utf8");
  } catch {
    throw new MalformedBody(`the body is no gzip of at most ${NUMBERS.bodyBytes} bytes`);
  }
}

/** The body is google.rpc.Status, as OTLP/HTTP has it. */
function refused(c: Context, status: 400 | 413 | 415 | 500, message: string): Response {
  return c.json({ code: status === 500 ? 13 : 3, message }, status);
}

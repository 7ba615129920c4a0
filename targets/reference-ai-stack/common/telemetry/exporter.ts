// Sends what a service knows of itself to the collector, beside its work. Everything is bounded: what the collector
// does not take in time is dropped and counted, and no user ever waits for it.
import { Agent, request } from "node:http";
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { Counter, type Registry } from "prom-client";
import { logsBody, metricsBody, nanoseconds, tracesBody, type LogRecord, type Origin } from "./otlp.ts";
import type { Buffered } from "./buffer.ts";
import { registryMetrics } from "./registry-metrics.ts";
import type { EndedSpan } from "./span.ts";

export interface ExporterParts {
  readonly origin: Origin;
  readonly collectorPort: number;
  readonly registry: Registry;
  readonly spans: Buffered<EndedSpan>;
  readonly logs: Buffered<LogRecord>;
}

/** What there is goes this often, ms. */
const EXPORT_EVERY_MS = 1000;
/** After failures the pause grows up to this, ms. */
const BACK_OFF_LIMIT_MS = 5000;
const TIMEOUT_MS = 2000;
/** How long an ending service may take for its last words, ms: who restarts it waits for its end. */
const LAST_MS = 200;

/** Sends what is left, within {@link LAST_MS}, and nothing more. */
export type EndExport = () => Promise<void>;

/** Begins to export; never throws, and keeps no process alive. */
export function startExporter(parts: ExporterParts): EndExport {
  const { origin, registry, spans, logs } = parts;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const dropped = new Counter({
    name: "telemetry_dropped_total",
    help: "Spans and log records that the collector did not take in time.",
    labelNames: ["signal"],
    registers: [registry],
  });
  const startNs = nanoseconds(performance.timeOrigin);
  const send = (signal: string, body: string): Promise<boolean> =>
    post({ port: parts.collectorPort, signal, agent }, body);

  /** Puts a batch back when it was not taken, as far as there is room. */
  async function drain<Item>(
    signal: string,
    from: Buffered<Item>,
    bodyOf: (items: readonly Item[]) => string,
  ): Promise<boolean> {
    const batch = from.takeAll();
    const isTaken = batch.length === 0 || (await send(signal, bodyOf(batch)));
    if (!isTaken) from.putBack(batch);
    const lost = from.takeLost();
    if (lost > 0) dropped.inc({ signal }, lost);
    return isTaken;
  }

  async function exportAll(): Promise<boolean> {
    const tracesTaken = await drain("traces", spans, (batch) => tracesBody(origin, batch));
    const logsTaken = await drain("logs", logs, (batch) => logsBody(origin, batch));
    if (!tracesTaken || !logsTaken) return false;
    const now = nanoseconds(performance.timeOrigin + performance.now());
    return send("metrics", metricsBody(origin, await registryMetrics(registry, startNs, now)));
  }

  const ending = new AbortController();
  const { signal } = ending;
  const exporting = (async () => {
    let pauseMs = EXPORT_EVERY_MS;
    for (;;) {
      await pause(pauseMs, undefined, { ref: false, signal }).catch(() => undefined);
      // What comes while an export is under way is not part of it: the end always has an export of its own.
      const isLast = signal.aborted;
      const isTaken = await exportAll().catch(() => false);
      if (isLast) break;
      pauseMs = isTaken ? EXPORT_EVERY_MS : Math.min(BACK_OFF_LIMIT_MS, pauseMs * 2);
    }
    agent.destroy();
  })();
  return async () => {
    ending.abort();
    await Promise.race([exporting, pause(LAST_MS)]);
  };
}

interface Way {
  readonly port: number;
  readonly signal: string;
  readonly agent: Agent;
}

/** True when there is no use in sending it again: it was taken, or is not wanted. Never rejects. */
function post({ port, signal, agent }: Way, body: string): Promise<boolean> {
  const payload = Buffer.from(body);
  return new Promise((done) => {
    const outgoing = request({
      host: "127.0.0.1",
      port,
      path: `/v1/${signal}`,
      method: "POST",
      agent,
      headers: { "content-type": "application/json", "content-length": payload.length },
    });
    const limit = setTimeout(() => outgoing.destroy(new Error("late")), TIMEOUT_MS).unref();
    const end = (isTaken: boolean): void => {
      clearTimeout(limit);
      done(isTaken);
    };
    outgoing.once("error", () => end(false));
    outgoing.once("socket", (socket) => socket.unref());
    outgoing.once("response", (incoming) => {
      incoming.resume();
      incoming.once("error", () => end(false));
      incoming.once("end", () => end((incoming.statusCode ?? 500) < 500));
    });
    outgoing.end(payload);
  });
}

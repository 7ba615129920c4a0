// A service's telemetry: spans and log records from its first request on, sent to the collector once it is up. Off, it
// is a twin that does nothing.
import type { Registry } from "prom-client";
import type { StackConfig } from "../../config.ts";
import { createLogger, messageOf, type Logger } from "../log.ts";
import { createBuffer } from "./buffer.ts";
import type { LogRecord, Origin } from "./otlp.ts";
import { createSampler } from "./sampler.ts";
import { createTracer, NO_TRACER, type EndedSpan, type Tracer } from "./span.ts";

export interface Telemetry {
  readonly tracer: Tracer;
  /** Lines go to stderr and, with telemetry, to the collector too. */
  readonly log: Logger;
  /** To be called once the service listens: nothing of the exporter is loaded before that. */
  readonly start: (registry: () => Registry | Promise<Registry>) => void;
  /** Sends what is left; takes no longer than a fifth of a second. */
  readonly end: () => Promise<void>;
}

/** Spans and log records that wait for the exporter, at most. */
const MOST_WAITING = 2048;
/** A service that has just begun to listen has better things to do than to load an exporter, ms. */
const START_AFTER_MS = 300;

export function createTelemetry(origin: Origin, config: Pick<StackConfig, "ports" | "telemetryOff">): Telemetry {
  if (config.telemetryOff)
    return { tracer: NO_TRACER, log: createLogger(origin.replica), start: () => undefined, end: async () => undefined };
  const spans = createBuffer<EndedSpan>(MOST_WAITING);
  const logs = createBuffer<LogRecord>(MOST_WAITING);
  let endExport = async (): Promise<void> => undefined;
  const log = createLogger(origin.replica, (record) => logs.put(record));
  return {
    tracer: createTracer((span) => spans.put(span), createSampler(Date.now, Math.random)),
    log,
    start(registry) {
      const load = async (): Promise<void> => {
        const { startExporter } = await import("./exporter.ts");
        endExport = startExporter({
          origin,
          collectorPort: config.ports.collector,
          registry: await registry(),
          spans,
          logs,
        });
      };
      const giveUp = (error: unknown): void => log.error("no telemetry", { reason: messageOf(error) });
      // A service goes on without telemetry rather than not at all.
      setTimeout(() => void load().catch(giveUp), START_AFTER_MS).unref();
    },
    end: () => endExport(),
  };
}

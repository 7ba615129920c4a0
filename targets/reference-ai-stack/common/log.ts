// Structured lines on stderr: one JSON object a line, so that an operator can grep and a machine can read. A line that
// belongs to a trace carries its ids.
import type { LogRecord } from "./telemetry/otlp.ts";
import type { SpanContext } from "./telemetry/span.ts";

type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;
type Say = (message: string, fields?: LogFields, span?: SpanContext | null) => void;

export interface Logger {
  readonly info: Say;
  readonly warn: Say;
  readonly error: Say;
}

/** A logger whose lines carry the replica's name. `also` gets them too. Never hand it a token or a header. */
export function createLogger(replica: string, also?: (record: LogRecord) => void): Logger {
  const write =
    (level: LogRecord["level"]): Say =>
    (message, fields = {}, span = null) => {
      const now = Date.now();
      const ids = span === null ? {} : { trace_id: span.traceId, span_id: span.spanId };
      const line = { time: new Date(now).toISOString(), level, replica, message, ...fields, ...ids };
      process.stderr.write(`${JSON.stringify(line)}\n`);
      also?.({ at: now, level, message, fields, traceId: span?.traceId, spanId: span?.spanId });
    };
  return { info: write("info"), warn: write("warn"), error: write("error") };
}

/** The message of anything thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

// One OTLP request from its text to the store, whoever sent it.
import type { Forward, SignalName } from "./forward.ts";
import { MalformedBody, type Taken } from "./read-otlp.ts";
import { readLogs } from "./read-logs.ts";
import { readMetrics } from "./read-metrics.ts";
import { readTraces } from "./read-traces.ts";
import type { Store } from "./store.ts";

export interface Ingest {
  /** What was left out of it. Throws MalformedBody when nothing of it could be taken. */
  take(signal: SignalName, text: string): { readonly rejected: number; readonly reason: string };
  counts(): IngestCounts;
}

interface IngestCounts {
  readonly points: number;
  readonly spans: number;
  readonly logs: number;
  readonly rejected: number;
}

export function createIngest(store: Store, forward: Forward, nowMs: () => number): Ingest {
  const counts = { points: 0, spans: 0, logs: 0, rejected: 0 };

  function keep(signal: SignalName, body: unknown): Omit<Taken<unknown>, "rows"> & { readonly taken: number } {
    if (signal === "traces") {
      const read = readTraces(body, nowMs());
      store.takeSpans(read.rows);
      counts.spans += read.rows.length;
      return { ...read, taken: read.rows.length };
    }
    if (signal === "logs") {
      const read = readLogs(body, nowMs());
      store.takeLogs(read.rows);
      counts.logs += read.rows.length;
      return { ...read, taken: read.rows.length };
    }
    const read = readMetrics(body, nowMs());
    const tooMany = store.takePoints(read.rows);
    const taken = read.rows.length - tooMany;
    counts.points += taken;
    const reason = read.reason === "" && tooMany > 0 ? "too many series" : read.reason;
    return { taken, rejected: read.rejected + tooMany, reason };
  }

  /** A value that is nested deeper than the stack is high is nobody's telemetry. */
  function kept<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (error instanceof RangeError) throw new MalformedBody("the body is nested too deeply");
      throw error;
    }
  }

  return {
    take(signal, text) {
      let body: unknown;
      try {
        body = JSON.parse(text);
      } catch {
        throw new MalformedBody("the body is no JSON");
      }
      const { taken, rejected, reason } = kept(() => keep(signal, body));
      counts.rejected += rejected;
      if (taken === 0 && rejected > 0) throw new MalformedBody(reason);
      forward.put(signal, text);
      return { rejected, reason };
    },
    counts: () => counts,
  };
}

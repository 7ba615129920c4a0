// What the collector counts of itself.
import { Counter, Gauge, type Registry } from "prom-client";
import type { Forward } from "./forward.ts";
import type { Ingest } from "./ingest.ts";
import type { Store } from "./store.ts";

export interface Counted {
  readonly store: Store;
  readonly forward: Forward;
  readonly ingest: Ingest;
}

/** Registers metrics that are read when they are asked for. */
export function countCollector(registry: Registry, { store, forward, ingest }: Counted): void {
  const gauge = (name: string, help: string, read: () => number): void => {
    const made: Gauge = new Gauge({ name, help, registers: [registry], collect: () => made.set(read()) });
  };
  const counter = (name: string, help: string, read: () => number): void => {
    const collect = (): void => {
      made.reset();
      made.inc(read());
    };
    const made: Counter = new Counter({ name, help, registers: [registry], collect });
  };
  counter("collector_points_taken_total", "Metric points taken.", () => ingest.counts().points);
  counter("collector_spans_taken_total", "Spans taken.", () => ingest.counts().spans);
  counter("collector_logs_taken_total", "Log records taken.", () => ingest.counts().logs);
  counter("collector_items_rejected_total", "Items that made no sense,.", () => ingest.counts().rejected);
  gauge("collector_series", "Series that are held.", () => store.recent.series().length);
  counter("collector_store_rows_written_total", "Rows written to the store.", () => store.counts.written);
  counter("collector_store_rows_lost_total", "Rows that the store did not take.", () => store.counts.lost);
  counter("collector_store_write_seconds_total", "Time spent on writing.", () => store.counts.writeMs / 1000);
  gauge("collector_store_well", "1: the store holds all that is known.", () => (store.trouble() === null ? 1 : 0));
  counter("collector_forward_sent_total", "Requests that the backend took.", () => forward.counts().sent);
  gauge(
    "collector_forward_dropped",
    "Requests that were dropped on the way to the backend.",
    () => forward.counts().dropped,
  );
  gauge("collector_forward_waiting", "Requests that wait for the backend.", () => forward.counts().waiting);
}

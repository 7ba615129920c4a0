// What the ingestion counts, in the words of its `/metrics` page.
import { Counter, Gauge, type Registry } from "prom-client";
import type { FailureKind } from "./records.ts";

export interface IngestionMetrics {
  readonly published: (source: string, documents: number, stale: number) => void;
  readonly failed: (source: string, kind: FailureKind) => void;
  readonly takenBack: (source: string) => void;
  readonly deadLettered: (source: string) => void;
  readonly passed: (why: "duplicate" | "oversized", source: string) => void;
}

/**
 * Asked at each scrape: `lag`, how long the oldest batch that is not published has waited, ms; `untaken`, how much lies
 * in the sources and cannot be taken.
 */
export function createIngestionMetrics(
  registry: Registry,
  lag: () => number,
  untaken: () => number = () => 0,
): IngestionMetrics {
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[]): Counter<Label> =>
    new Counter({ name: `ingestion_${name}_total`, help, labelNames, registers: [registry] });
  const documents = counter("documents", "Documents that were published", ["source"]);
  const stale = counter("documents_stale", "Documents that were left out: a newer version stood there", ["source"]);
  const failures = counter("failures", "Attempts to publish a batch that failed, by what was wrong", [
    "source",
    "kind",
  ]);
  const takenBack = counter("batches_taken_back", "Batches that were taken back", ["source"]);
  const dead = counter("dead_letters", "Documents that were put on the shelf of dead letters", ["source"]);
  const passed = counter("passed_over", "Files that were passed over", ["source", "why"]);
  const gauge = (name: string, help: string, now: () => number): void => {
    const one: Gauge = new Gauge({ name, help, registers: [registry], collect: () => one.set(now()) });
  };
  gauge("ingestion_lag_seconds", "How long the oldest batch that is not published has waited", () => lag() / 1000);
  gauge("ingestion_untaken_files", "What lies in the sources and cannot be taken", untaken);
  return {
    published(source, count, staleOnes) {
      documents.inc({ source }, count);
      stale.inc({ source }, staleOnes);
    },
    failed: (source, kind) => failures.inc({ source, kind }),
    takenBack: (source) => takenBack.inc({ source }),
    deadLettered: (source) => dead.inc({ source }),
    passed: (why, source) => passed.inc({ source, why }),
  };
}

// The port through which the healer reads what servers say of themselves. Adapters beside this file: each replica's own
// page (scrape.ts), a Prometheus server (prometheus.ts), the stack's collector (collector.ts).
import type { ReplicaEntry } from "../../nouns.ts";
import type { MetricLook } from "./metric-look.ts";

export interface TelemetrySource {
  /** The value of `STACK_TELEMETRY_SOURCE`. */
  readonly name: string;
  /** Period at which a look is worth its cost, ms. */
  readonly everyMs: number;
  /** Is there anything to read of this service? */
  reads(service: string): boolean;
  /** One look at one replica. Ends within its own time limit, and never rejects for what is seen. */
  look(replica: ReplicaEntry): Promise<MetricLook>;
  /** Earlier looks of the last `spanMs`, oldest first; empty where nothing is kept. Never rejects. */
  recall(replica: ReplicaEntry, spanMs: number): Promise<readonly MetricLook[]>;
}

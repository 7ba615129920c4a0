// What the healer could read of whom at its last look, for its health page: who is blind must not say that all is well.
import type { MetricLook } from "./metric-look.ts";
import type { TelemetrySource } from "./telemetry-source.ts";

export interface Sight {
  /** The source's name. */
  readonly source: string;
  /** By replica: how old its last reading is at most, ms; or why there is none. */
  readonly replicas: Readonly<Record<string, { readonly ageMs: number } | { readonly lost: string }>>;
}

/** The same source, which remembers its last look at each replica. */
export function keepSight(source: TelemetrySource, now: () => number): TelemetrySource & { sight(): Sight } {
  const last = new Map<string, MetricLook>();
  return {
    ...source,
    async look(replica) {
      const seen = await source.look(replica);
      last.set(replica.replica, seen);
      return seen;
    },
    sight: () => ({
      source: source.name,
      replicas: Object.fromEntries(
        [...last].map(([id, seen]) => [id, seen.ok ? { ageMs: Math.round(now() - seen.at) } : { lost: seen.says }]),
      ),
    }),
  };
}

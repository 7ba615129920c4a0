// Order statistics over raw samples, with the floors below which a figure would be a guess.

import type { LatencyFacts } from "../../records/facts/load.ts";
import { fewestInWindow } from "../../core/user-probes.ts";
import type { Ms } from "../../core/units.ts";

/** Fewest samples for each percentile: with fewer, p95 and p99 would rest on less than 5 and 10 samples beyond them. */
const sampleFloors = { p50: fewestInWindow, p95: 100, p99: 1000 } as const;

/** Middle of the values (mean of the middle two of an even number); undefined without any. */
export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  return lower === undefined || upper === undefined ? undefined : (lower + upper) / 2;
}

/** Smallest value with at least the share `p` of all values at or below it (nearest rank); undefined without any. */
export function percentile(values: readonly number[], p: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(p * sorted.length - 1e-9) - 1)];
}

/** Percentiles of latencies in ms, each only from its sample floor on. */
export function latencyFacts(samples: readonly Ms[]): LatencyFacts {
  const seen = (value: Ms | undefined, floor: number): value is Ms => value !== undefined && samples.length >= floor;
  const [p50, p95, p99] = [median(samples), percentile(samples, 0.95), percentile(samples, 0.99)];
  return {
    samples: samples.length,
    ...(seen(p50, sampleFloors.p50) && { p50 }),
    ...(seen(p95, sampleFloors.p95) && { p95 }),
    ...(seen(p99, sampleFloors.p99) && { p99 }),
  };
}

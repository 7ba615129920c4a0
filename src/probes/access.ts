// What probes are told of the target: who runs where, by the last inventory and our own start. Handed in.

import type { Ms } from "../core/units.ts";

export interface ProbedReplica {
  readonly replica: string;
  /** The replica's own address, not the proxy's: `http://host:port`. */
  readonly address: string;
  /** Asks the platform, not the target; null when the last inventory says that it does not run. */
  readonly isRunning: (() => Promise<boolean>) | null;
}

export interface TargetAccess {
  /** Replicas of a service as now known; empty when nothing is known yet. */
  replicas(service: string): readonly ProbedReplica[];
  /** Path that answers 200 when a replica of the service is well. */
  healthPath(service: string): string;
}

/** One look has this long; a look that takes longer has seen nothing (or, for health, seen no health). */
export function lookSignal(signal: AbortSignal, timeoutMs: Ms): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
}

// What probes are told of the target: who runs where, by the last inventory and our own start. Handed in.

import type { Ms } from "../core/units.ts";

export interface ProbedReplica {
  readonly replica: string;
  /** The replica's own port, not the proxy's. */
  readonly port: number;
  /** By the last inventory; null when no process runs. */
  readonly pid: number | null;
}

export interface TargetAccess {
  /** Replicas of a service as now known; empty when nothing is known yet. */
  replicas(service: string): readonly ProbedReplica[];
  /** Path that answers 200 when a replica of the service is well. */
  healthPath(service: string): string;
  /** Asks the process table, not the target. */
  isAlive(pid: number): Promise<boolean>;
}

/** One look has this long; a look that takes longer has seen nothing (or, for health, seen no health). */
export function lookSignal(signal: AbortSignal, timeoutMs: Ms): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
}

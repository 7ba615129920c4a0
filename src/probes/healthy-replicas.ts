// healthy-replicas: how many replicas have a living process and answer 200. A refused connection, another status or no
// answer in time *is* a seeing: that replica is not healthy.

import type { Reading } from "../core/probe.ts";
import type { ProbeSpec } from "../core/target.ts";
import { lookSignal } from "./access.ts";
import type { ProbedReplica, TargetAccess } from "./access.ts";
import { askStatus } from "./ask.ts";

type Spec = Extract<ProbeSpec, { kind: "healthy-replicas" }>;

async function isHealthy(
  replica: ProbedReplica,
  url: string,
  signal: AbortSignal,
  access: TargetAccess,
): Promise<boolean> {
  if (replica.pid === null) return false;
  try {
    const [alive, status] = await Promise.all([access.isAlive(replica.pid), askStatus(url, signal)]);
    return alive && status === 200;
  } catch {
    return false;
  }
}

/** Counts; no reading only when no replica is known or the look was ended from outside. */
export async function lookHealthyReplicas(spec: Spec, access: TargetAccess, signal: AbortSignal): Promise<Reading> {
  const replicas = access.replicas(spec.service);
  if (replicas.length === 0) return { ok: false, reason: "no replica is known yet" };
  const path = access.healthPath(spec.service);
  const inTime = lookSignal(signal, spec.timeoutMs);
  const health = await Promise.all(
    replicas.map(async (replica) => isHealthy(replica, `http://127.0.0.1:${replica.port}${path}`, inTime, access)),
  );
  if (signal.aborted) return { ok: false, reason: "the look was ended from outside" };
  return { ok: true, value: health.filter(Boolean).length };
}

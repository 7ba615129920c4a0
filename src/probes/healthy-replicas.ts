// healthy-replicas: how many replicas have a living process and answer 200. A refused connection, another status or no
// answer in time *is* a seeing: that replica is not healthy.

import type { Reading } from "../records/timeline/reading.ts";
import { probeKind } from "../core/probe-kind.ts";
import type { ProbeBase, ProbedReplica, SampleContext } from "../core/probe-kind.ts";
import { lookSignal } from "./access.ts";
import { askStatus, whyUnanswered } from "./ask.ts";

/** Replicas with a living process whose health path answers 200. */
export const healthyReplicas = probeKind({
  kind: "healthy-replicas",
  about: "number of replicas of the service that run and whose `health` path answers 200",
  shape: {},
  params: () => ({}),
  bounds: (_spec, replicas) => ({ lo: 0, hi: replicas }),
  open: (spec) => async (context) => countHealthy(spec, context),
});

/** undefined: healthy; else why not. */
async function whyUnhealthy(replica: ProbedReplica, url: string, signal: AbortSignal): Promise<string | undefined> {
  const { replica: name, isRunning } = replica;
  if (isRunning === null) return `${name}: no process`;
  try {
    const [alive, status] = await Promise.all([isRunning(), askStatus(url, signal)]);
    if (status !== 200) return `${name}: answered ${status}`;
    return alive ? undefined : `${name}: its process is gone`;
  } catch (error) {
    return `${name}: ${whyUnanswered(error)}`;
  }
}

/**
 * Counts, with why others are not counted; no reading only when no replica is known or the look was ended from outside.
 */
async function countHealthy(spec: ProbeBase, { access, signal }: SampleContext): Promise<Reading> {
  const replicas = access.replicas(spec.service);
  if (replicas.length === 0) return { ok: false, reason: "no replica is known yet" };
  const path = access.healthPath(spec.service);
  const inTime = lookSignal(signal, spec.timeoutMs);
  const health = await Promise.all(
    replicas.map(async (replica) => whyUnhealthy(replica, `${replica.address}${path}`, inTime)),
  );
  if (signal.aborted) return { ok: false, reason: "the look was ended from outside" };
  const ill = health.filter((why) => why !== undefined);
  const value = health.length - ill.length;
  return ill.length === 0 ? { ok: true, value } : { ok: true, value, note: ill.join("; ") };
}

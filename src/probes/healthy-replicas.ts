// healthy-replicas: how many replicas have a living process and are well by `health`. A refused connection, another
// status or no answer in time *is* a seeing: that replica is not healthy.

import type { Reading } from "../records/timeline/reading.ts";
import { probeKind } from "../core/probe-kind.ts";
import type { ProbeBase, ProbedReplica, SampleContext } from "../core/probe-kind.ts";
import type { Health } from "../core/health.ts";
import { lookSignal } from "./access.ts";
import { askStatus, whyUnanswered } from "./ask.ts";
import { connectOnce } from "./connect.ts";

/** Replicas with a living process that are well by their `health`. */
export const healthyReplicas = probeKind({
  kind: "healthy-replicas",
  about: "number of replicas of the service that run and are well by `health`",
  shape: {},
  params: () => ({}),
  bounds: (_spec, replicas) => ({ lo: 0, hi: replicas }),
  open: (spec) => async (context) => countHealthy(spec, context),
});

/** undefined: healthy; else why not. */
async function whyUnhealthy(replica: ProbedReplica, health: Health, signal: AbortSignal): Promise<string | undefined> {
  const { replica: name, isRunning } = replica;
  if (isRunning === null) return `${name}: no process`;
  try {
    const [alive, trouble] = await Promise.all([isRunning(), troubleAt(replica, health, signal)]);
    if (trouble !== undefined) return `${name}: ${trouble}`;
    return alive ? undefined : `${name}: its process is gone`;
  } catch (error) {
    return `${name}: ${whyUnanswered(error)}`;
  }
}

async function troubleAt(
  { address, allows }: ProbedReplica,
  health: Health,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (health.tcp === true) {
    await connectOnce(address, signal);
    return undefined;
  }
  const status = await askStatus(`${address}${health.path}`, { signal, headers: health.headers ?? {}, allows });
  const { status: wanted } = health;
  if (wanted === undefined ? status >= 200 && status <= 299 : status === wanted) return undefined;
  return `answered ${status}${wanted === undefined ? "" : `, not ${wanted}`}`;
}

/**
 * Counts, with why others are not counted; no reading only when no replica is known or the look was ended from outside.
 */
async function countHealthy(spec: ProbeBase, { access, signal }: SampleContext): Promise<Reading> {
  const replicas = access.replicas(spec.service);
  if (replicas.length === 0) return { ok: false, reason: "no replica is known yet" };
  const health = access.health(spec.service);
  const inTime = lookSignal(signal, spec.timeoutMs);
  const looks = await Promise.all(replicas.map(async (replica) => whyUnhealthy(replica, health, inTime)));
  if (signal.aborted) return { ok: false, reason: "the look was ended from outside" };
  const ill = looks.filter((why) => why !== undefined);
  const value = looks.length - ill.length;
  return ill.length === 0 ? { ok: true, value } : { ok: true, value, note: ill.join("; ") };
}

// healthy-replicas: how many replicas have a living process and are well by `health`. A refused connection, another
// status or no answer in time *is* a seeing: that replica is not healthy.

import type { Reading } from "../records/timeline/reading.ts";
import { probeKind } from "../core/probe-kind.ts";
import type { ProbeBase, ProbedReplica, SampleContext } from "../core/probe-kind.ts";
import { messageOf } from "../core/errors.ts";
import type { Health } from "../core/health.ts";
import { inTime, lookSignal } from "./access.ts";
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

/** `ill`: why it is not well; `unseen`: it answers, and whether it runs could not be told; neither: it is well. */
interface Seen {
  readonly ill?: string;
  readonly unseen?: string;
}

async function seenOf(replica: ProbedReplica, health: Health, signal: AbortSignal): Promise<Seen> {
  const { replica: name, isRunning } = replica;
  if (isRunning === null) return { ill: `${name}: no process` };
  const [runs, trouble] = await Promise.all([
    inTime(isRunning(), signal).catch((thrown: unknown) => ({ unseen: `${name}: ${messageOf(thrown)}` })),
    troubleAt(replica, health, signal).catch(whyUnanswered),
  ]);
  if (trouble !== undefined) return { ill: `${name}: ${trouble}` };
  // The platform is not the target: where it does not answer, as a cluster without a leader, nothing is known.
  if (typeof runs !== "boolean") return runs;
  return runs ? {} : { ill: `${name}: its process is gone` };
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
 * Counts, with why others are not counted; no reading when no replica is known, when the look was ended from outside,
 * and when of one that answers the platform does not say whether it runs.
 */
async function countHealthy(spec: ProbeBase, { access, signal }: SampleContext): Promise<Reading> {
  const replicas = access.replicas(spec.service);
  if (replicas.length === 0) return { ok: false, reason: "no replica is known yet" };
  const health = access.health(spec.service);
  const limit = lookSignal(signal, spec.timeoutMs);
  const looks = await Promise.all(replicas.map(async (replica) => seenOf(replica, health, limit)));
  if (signal.aborted) return { ok: false, reason: "the look was ended from outside" };
  const blind = looks.find(({ unseen }) => unseen !== undefined)?.unseen;
  if (blind !== undefined) return { ok: false, reason: blind };
  const ill = looks.flatMap(({ ill: why }) => why ?? []);
  const value = looks.length - ill.length;
  return ill.length === 0 ? { ok: true, value } : { ok: true, value, note: ill.join("; ") };
}

// One replica answers late, or has no KV memory left, and its siblings do not: they take over its share of the traffic.
import { newSamples } from "../detection/new-samples.ts";
import { median } from "../detection/robust.ts";
import type { Eyes, Remedy, ReplicaEntry, ReplicaScope, TargetOf, TrafficSample, UpstreamView } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import { bad, good, pathway, step } from "./pathway.ts";
import type { Check, Situation } from "./pathway.ts";

type ReplicaTarget = TargetOf<"replica">;

export const redistributeTraffic = pathway("replica", {
  name: "redistribute-traffic",
  answers: ["replica-slow", "kv-exhausted"],
  tier: "low",
  takesTraffic: true,
  says: "gives the replica's share of traffic to its siblings",
  ways: [{ name: "drain", find: findShare }],
  preconditions: [refuseDrain],
  steps: [step("drain", ({ hand, target }) => hand.do("set-weights", { weights: { [target.replica]: 0 } }))],
  compensate: ({ hand, target, found }) => hand.do("set-weights", { weights: { [target.replica]: shareIn(found) } }),
  verifiedBy: ["users-served", "question-answered", "in-rotation"],
  check: openTrafficCheck,
  showsItself: "no user is asked to wait for it any more (weight 0, no answer comes from it)",
  // Its check asks for weight 0, which nothing but the drain itself brings about.
  goneBy: "signal",
});

/**
 * The share that it has, to be given back. Found with the decision, and so remembered: a healer that was killed after
 * the action would find the drained one. Of a replica that nobody knows there is nothing to drain.
 */
export async function findShare(
  _eyes: Eyes,
  { replica }: ReplicaScope,
  replicas: readonly ReplicaEntry[],
): Promise<string | null> {
  const entry = replicas.find((one) => one.replica === replica);
  return entry === undefined ? null : `from ${entry.weight ?? 1}`;
}

/** Full, where an earlier build has decided and found nothing. */
export function shareIn(found: string | undefined): number {
  const share = Number(found?.replace("from ", "") ?? 1);
  return Number.isFinite(share) ? share : 1;
}

/** Draining is only allowed when a sibling that is well takes over the traffic. */
export function refuseDrain(target: ReplicaTarget, { sick, replicas }: Situation): string | null {
  const takers = replicas.filter(
    (entry) =>
      entry.service === target.service &&
      entry.replica !== target.replica &&
      entry.pid !== null &&
      (entry.weight ?? 1) > 0 &&
      !sick.has(entry.replica),
  );
  return takers.length > 0 ? null : `no healthy sibling of ${target.replica} could take its traffic`;
}

/** The replica gets no more requests, and those who took them over answer about as fast as before. */
async function openTrafficCheck(eyes: Eyes, { target }: Remedy<ReplicaTarget>): Promise<Check> {
  const before = await eyes.traffic();
  const usual = median(siblingSamples(before ?? [], target).map((sample) => sample.ms));
  const waited = mean(samplesOf(before ?? [], target.service).map((sample) => sample.ms));
  let last = seqs(before ?? []);
  return async () => {
    const now = await eyes.traffic();
    const own = now?.find((view) => view.replica === target.replica);
    if (now === null || own === undefined) return bad("the gateway's view of its traffic was not seen");
    const seenBefore = last;
    last = seqs(now);
    if (own.weight > 0) return bad(`${target.replica} still has weight ${own.weight}`);
    const late = newSamples(own, seenBefore.get(own.replica) ?? -1).fresh.length;
    if (late > 0) return bad(`${late} answers still came from ${target.replica}`);
    const fresh = siblingSamples(now, target, seenBefore).map((sample) => sample.ms);
    if (fresh.length === 0) return good(`${target.replica} has weight 0; no traffic to measure`);
    const ms = median(fresh);
    const says = `${target.replica} has weight 0; its siblings answer in ${ms.toFixed(0)} ms, before ${usual.toFixed(0)} ms`;
    const isGood = !(ms > usual + NUMBERS.latency.aboveSiblingsMs);
    // Worse than before is what users get: then, the sick replica and its siblings together.
    const isWorse = ms > waited + NUMBERS.latency.aboveSiblingsMs;
    return { good: isGood, says, ...(isWorse && { worse: `${says}; all of them before ${waited.toFixed(0)} ms` }) };
  };
}

function samplesOf(views: readonly UpstreamView[], service: string): readonly TrafficSample[] {
  return views.filter((view) => view.service === service).flatMap(({ recent }) => recent.filter(({ ok }) => ok));
}

/** NaN without any, and nothing is greater than that. */
function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function siblingSamples(
  views: readonly UpstreamView[],
  target: ReplicaTarget,
  after?: ReadonlyMap<string, number>,
): readonly TrafficSample[] {
  return views
    .filter((view) => view.service === target.service && view.replica !== target.replica && view.weight > 0)
    .flatMap((view) => newSamples(view, after?.get(view.replica) ?? -1).fresh.filter((sample) => sample.ok));
}

function seqs(views: readonly UpstreamView[]): ReadonlyMap<string, number> {
  return new Map(views.map((view) => [view.replica, newSamples(view, -1).lastSeq]));
}

// What "healed" means for each pathway, looked at afresh: not that the action returned, but that the trouble is gone.
import type { ActingPathway, Eyes, Remedy, TrafficSample, UpstreamView } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import { isLowShare } from "../detection/index-detector.ts";
import { newSamples } from "../detection/new-samples.ts";
import { median } from "../detection/robust.ts";

export interface Look {
  readonly good: boolean;
  readonly says: string;
}

/**
 * One look at whether the remedy helped. Made once per verification, because some looks compare with the one before.
 */
export type Check = () => Promise<Look>;

/** The check of each pathway. Opening one takes the reference that it compares with. */
export const CHECKS: Readonly<Record<ActingPathway, (eyes: Eyes, remedy: Remedy) => Promise<Check>>> = {
  "restart-replica": async (eyes, remedy) => () => lookAtProcess(eyes, remedy),
  "redistribute-traffic": openTrafficCheck,
  "restore-index": async (eyes, remedy) => () => lookAtIndex(eyes, remedy),
};

/** A process, a good answer on its own port, and reachable on the way that users' requests take. */
async function lookAtProcess(eyes: Eyes, { target }: Remedy): Promise<Look> {
  const entry = (await eyes.rollCall())?.find(({ replica }) => replica === target.replica);
  if (entry === undefined) return bad(`${target.replica} was not seen in the inventory`);
  if (entry.pid === null) return bad(`${target.replica} has no process`);
  const pulse = await eyes.pulse(entry.port);
  if (pulse.state !== "good") return bad(`${target.replica}: ${pulse.says}`);
  if (target.service === "gateway") return good(`process ${entry.pid}, ${pulse.says}`);
  const ms = await eyes.check(target.replica);
  if (ms === null) return bad(`the gateway cannot reach ${target.replica}`);
  return good(`process ${entry.pid}, ${pulse.says}, the gateway reaches it in ${ms.toFixed(0)} ms`);
}

/** The file hashes to what was written and the replica finds its own vectors again. */
async function lookAtIndex(eyes: Eyes, { target }: Remedy): Promise<Look> {
  const entry = (await eyes.rollCall())?.find(({ replica }) => replica === target.replica);
  if (entry === undefined || entry.pid === null) return bad(`${target.replica} has no process`);
  const [manifest, view] = await Promise.all([eyes.manifest(entry.port), eyes.selfRetrieval(entry.port)]);
  if (manifest === null || view === null) return bad(`the index of ${target.replica} could not be seen`);
  const share = `finds ${(100 * view.share).toFixed(0)} % of its own vectors`;
  if (!manifest.matches) return bad(`the index file still differs from what was written; ${share}`);
  if (isLowShare(view.share, [])) return bad(`the hash is as written, but the replica ${share}`);
  return good(`the hash is as written, ${manifest.rows} rows, ${share}`);
}

/** The replica gets no more requests, and those who took them over answer about as fast as before. */
async function openTrafficCheck(eyes: Eyes, { target }: Remedy): Promise<Check> {
  const before = await eyes.traffic();
  const usual = median(siblingSamples(before ?? [], target).map((sample) => sample.ms));
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
    return { good: !(ms > usual + NUMBERS.latency.aboveSiblingsMs), says };
  };
}

function siblingSamples(
  views: readonly UpstreamView[],
  target: Remedy["target"],
  after?: ReadonlyMap<string, number>,
): readonly TrafficSample[] {
  return views
    .filter((view) => view.service === target.service && view.replica !== target.replica && view.weight > 0)
    .flatMap((view) => newSamples(view, after?.get(view.replica) ?? -1).fresh.filter((sample) => sample.ok));
}

function seqs(views: readonly UpstreamView[]): ReadonlyMap<string, number> {
  return new Map(views.map((view) => [view.replica, newSamples(view, -1).lastSeq]));
}

function good(says: string): Look {
  return { good: true, says };
}

function bad(says: string): Look {
  return { good: false, says };
}

// Finds the one replica whose answers got slow: CUSUM on its own baseline, and slower than its siblings at the same
// time.
import { z } from "zod";
import type { Signal, TrafficSample, UpstreamView } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import { addCapped } from "./capped-cusum.ts";
import type { Detector } from "./detector.ts";
import { withEntry } from "./detector.ts";
import { LIMITS } from "./limits.ts";
import { newSamples } from "./new-samples.ts";
import { afterLook, AT_REST, weightOf } from "./pace.ts";
import type { Pace } from "./pace.ts";
import { median, robustSigma, slide } from "./robust.ts";

interface ReplicaLatency {
  readonly service: string;
  readonly lastSeq: number;
  readonly firstAt: number;
  readonly samples: number;
  /** Medians of the answers of quiet looks, ms. */
  readonly quiet: readonly number[];
  /** Medians of the last looks, quiet or not, ms. */
  readonly last: readonly number[];
  readonly lastAt: number;
  /** Median of the answers since the look before, ms; null without any. */
  readonly level: number | null;
  /** Ages of requests that still wait for their first byte, ms: each will take at least that long. */
  readonly waiting: readonly number[];
  readonly sum: number;
}

export interface LatencyState {
  readonly pace: Pace;
  readonly replicas: ReadonlyMap<string, ReplicaLatency>;
}

/** The name under which baselines are kept over a restart. */
const LESSON = "latency";

const RULE = { ...NUMBERS.latency, ...LIMITS.latency };

/**
 * `slower-than-siblings` per upstream replica. A suspicion only: it is confirmed by active checks before it becomes
 * an incident.
 */
export const latencyDetector: Detector<LatencyState> = {
  initial: { pace: AT_REST, replicas: new Map() },
  take(state, observation) {
    if (observation.kind === "was-well") return recallBaselines(state, observation.learned?.[LESSON], observation.at);
    if (observation.kind !== "traffic") return state;
    const pace = afterLook(state.pace, observation.at);
    // Only those that the gateway still calls: nothing stands against a replica that was taken out.
    const looked = observation.upstreams.map((view) => takeLook(state.replicas.get(view.replica), view, pace));
    const replicas = new Map<string, ReplicaLatency>();
    observation.upstreams.forEach(({ replica }, i) => {
      const own = looked[i];
      if (own === undefined) return;
      const siblings = looked.filter((other) => other !== own && other.service === own.service);
      replicas.set(replica, judgeLook(own, siblingsLevel(siblings, pace.at), pace));
    });
    return { pace, replicas };
  },
  lesson: {
    name: LESSON,
    learned: ({ pace, replicas }) =>
      Object.fromEntries(
        [...replicas]
          .filter(([, own]) => isWarm(own, pace.at))
          .map(([replica, { service, quiet }]) => [
            replica,
            { service, quiet: quiet.map((ms) => Number(ms.toFixed(1))) },
          ]),
      ),
  },
  signals(state) {
    return [...state.replicas.keys()].map((replica) => signalOf(state, replica)).filter((signal) => signal !== null);
  },
  forget(state, replica) {
    const known = replica === null ? undefined : state.replicas.get(replica);
    if (known === undefined || replica === null) return state;
    return { ...state, replicas: withEntry(state.replicas, replica, { ...known, sum: 0, last: [], waiting: [] }) };
  },
};

const kept = z.record(z.string(), z.object({ service: z.string(), quiet: z.array(z.number()) }));

/** Replicas that an earlier life knew are judged from their first look on, against what they were then. */
function recallBaselines(state: LatencyState, learned: unknown, at: number): LatencyState {
  const { success, data } = kept.safeParse(learned);
  if (!success) return state;
  const warm = { samples: RULE.warmUpSamples, firstAt: at - RULE.warmUpMs };
  const replicas = new Map(state.replicas);
  for (const [replica, { service, quiet }] of Object.entries(data)) {
    const own = replicas.get(replica) ?? startOf(service, at);
    // What this life has learned itself is newer.
    if (!isWarm(own, at)) replicas.set(replica, { ...own, ...warm, quiet });
  }
  return { ...state, replicas };
}

/** What the look saw of one replica. */
function takeLook(known: ReplicaLatency | undefined, view: UpstreamView, pace: Pace): ReplicaLatency {
  const { at } = pace;
  const before = known ?? startOf(view.service, at);
  const { fresh, lastSeq } = newSamples(view, before.lastSeq);
  const answers = fresh.filter(answered).map((sample) => sample.ms);
  // The warm-up counts from the first answer, not from the healer's start.
  const firstAt = before.samples === 0 ? at : before.firstAt;
  const next = { ...before, lastSeq, firstAt, waiting: view.waiting, samples: before.samples + answers.length };
  if (answers.length === 0) return { ...next, level: null };
  // One step for each look: answers that a pause held up together are one event, not several.
  const level = median(answers);
  return { ...next, level, last: slide(before.last, level, RULE.lastLooks), lastAt: at };
}

/** One step of the sum, against the replica's own baseline and against its siblings at the same time. */
function judgeLook(own: ReplicaLatency, others: number | undefined, pace: Pace): ReplicaLatency {
  if (own.level === null) return own;
  const z = isWarm(own, pace.at) ? deviationOf(own.level, own.quiet, others) : 0;
  // A level that stands out must not teach the baseline that standing out is normal.
  const quiet = z < RULE.learnBelow ? slide(own.quiet, own.level, RULE.baselineLooks) : own.quiet;
  return { ...own, sum: addCapped(own.sum, stepOf(z, pace), RULE.limit), quiet };
}

/** One step of the capped CUSUM; of a look on a starved machine only a part of it, whichever way it goes. */
export function stepOf(z: number, pace: Pace): number {
  return (Math.min(z, RULE.cap) - RULE.k) * weightOf(pace);
}

/** The typical present level of those siblings that have one, ms. */
function siblingsLevel(siblings: readonly ReplicaLatency[], at: number): number | undefined {
  const levels = siblings.filter((other) => isFresh(other, at)).map((other) => median(other.last));
  return levels.length === 0 ? undefined : median(levels);
}

function answered(sample: TrafficSample): boolean {
  return sample.ok;
}

function startOf(service: string, at: number): ReplicaLatency {
  const none = { quiet: [], last: [], waiting: [] };
  return { service, lastSeq: -1, firstAt: at, samples: 0, lastAt: at, level: null, sum: 0, ...none };
}

function isWarm(known: ReplicaLatency, at: number): boolean {
  return at - known.firstAt >= RULE.warmUpMs && known.samples >= RULE.warmUpSamples;
}

/**
 * How far a look's level, ms, lies above those of quiet looks, or above that of the siblings now where theirs is
 * higher, in robust sigma: what slows down everybody makes nobody stand out.
 */
export function deviationOf(level: number, quiet: readonly number[], others: number | undefined): number {
  const usual = Math.max(median(quiet), others ?? -Infinity);
  return (level - usual) / Math.max(RULE.sigmaFloorMs, robustSigma(quiet));
}

/** Requests that wait longer than is usual count as one more look, with the age that they have by now. */
function withWaiting(known: ReplicaLatency, others: number | undefined, pace: Pace): ReplicaLatency {
  const { at } = pace;
  if (known.waiting.length === 0 || !isWarm(known, at)) return known;
  const late = known.waiting.filter((ms) => deviationOf(ms, known.quiet, others) > RULE.k);
  if (late.length === 0) return known;
  const level = median(late);
  const sum = addCapped(known.sum, stepOf(deviationOf(level, known.quiet, others), pace), RULE.limit);
  return { ...known, sum, last: slide(known.last, level, RULE.lastLooks), lastAt: at };
}

function signalOf(state: LatencyState, replica: string): Signal | null {
  const { at } = state.pace;
  const before = state.replicas.get(replica);
  if (before === undefined) return null;
  const siblings = [...state.replicas.entries()]
    .filter(([id, other]) => id !== replica && other.service === before.service)
    .map(([, other]) => withWaiting(other, undefined, state.pace));
  const others = siblingsLevel(siblings, at);
  const own = withWaiting(before, others, state.pace);
  if (others === undefined || own.sum <= RULE.limit || !isFresh(own, at)) return null;
  const level = median(own.last);
  if (!isAboveSiblings(level, others)) return null;
  const says =
    `first byte after ${level.toFixed(0)} ms (its own baseline ${median(own.quiet).toFixed(0)} ms, ` +
    `siblings now ${others.toFixed(0)} ms), CUSUM ${own.sum.toFixed(1)} above ${RULE.limit.toFixed(1)}`;
  const strength = own.sum / RULE.limit;
  return { name: "slower-than-siblings", scope: { service: own.service, replica }, says, strength };
}

/** Is this level, ms, far enough above that of the siblings? */
export function isAboveSiblings(level: number, others: number): boolean {
  return level - others >= Math.max(RULE.aboveSiblingsMs, RULE.aboveSiblingsShare * others);
}

function isFresh(known: ReplicaLatency, at: number): boolean {
  return known.last.length > 0 && at - known.lastAt <= RULE.staleMs;
}

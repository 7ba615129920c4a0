// Finds the one replica whose answers got slow: CUSUM on its own baseline, and slower than its siblings at the same
// time.
import type { Signal, TrafficSample, UpstreamView } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import type { Detector } from "./detector.ts";
import { withEntry } from "./detector.ts";
import { newSamples } from "./new-samples.ts";
import { cusumStep, median, robustSigma, slide } from "./robust.ts";

interface ReplicaLatency {
  readonly service: string;
  readonly lastSeq: number;
  readonly firstAt: number;
  readonly samples: number;
  /** Answer times that do not yet fill a bin, ms. */
  readonly pending: readonly number[];
  /** Medians of quiet bins, ms. */
  readonly baseline: readonly number[];
  /** Medians of the last bins, quiet or not, ms. */
  readonly last: readonly number[];
  readonly lastBinAt: number;
  readonly sum: number;
}

export interface LatencyState {
  readonly at: number;
  readonly replicas: ReadonlyMap<string, ReplicaLatency>;
}

const RULE = NUMBERS.latency;
const LAST_BINS = 3;
/** A replica without a bin for this long, ms, has no present latency to compare. */
const STALE_MS = 3000;

/**
 * `slower-than-siblings` per upstream replica. A suspicion only: it is confirmed by active checks before it becomes
 * an incident.
 */
export const latencyDetector: Detector<LatencyState> = {
  initial: { at: 0, replicas: new Map() },
  take(state, observation) {
    if (observation.kind !== "traffic") return state;
    // Only those that the gateway still calls: nothing stands against a replica that was taken out.
    const replicas = new Map<string, ReplicaLatency>();
    for (const view of observation.upstreams) {
      replicas.set(view.replica, takeSamples(state.replicas.get(view.replica), view, observation.at));
    }
    return { at: observation.at, replicas };
  },
  signals(state) {
    return [...state.replicas.keys()].map((replica) => signalOf(state, replica)).filter((signal) => signal !== null);
  },
  forget(state, replica) {
    const known = replica === null ? undefined : state.replicas.get(replica);
    if (known === undefined || replica === null) return state;
    return { ...state, replicas: withEntry(state.replicas, replica, { ...known, sum: 0, last: [], pending: [] }) };
  },
};

function takeSamples(known: ReplicaLatency | undefined, view: UpstreamView, at: number): ReplicaLatency {
  const before = known ?? startOf(view.service, at);
  const { fresh, lastSeq } = newSamples(view, before.lastSeq);
  const pending = [...before.pending, ...fresh.filter(answered).map((sample) => sample.ms)];
  const samples = before.samples + pending.length - before.pending.length;
  // The warm-up counts from the first answer, not from the healer's start.
  const firstAt = before.samples === 0 ? at : before.firstAt;
  const next = { ...before, lastSeq, firstAt, samples, pending };
  return pending.length < RULE.binSamples ? next : closeBin(next, at);
}

function answered(sample: TrafficSample): boolean {
  return sample.ok;
}

function startOf(service: string, at: number): ReplicaLatency {
  const none = { pending: [], baseline: [], last: [] };
  return { service, lastSeq: -1, firstAt: at, samples: 0, lastBinAt: at, sum: 0, ...none };
}

function closeBin(known: ReplicaLatency, at: number): ReplicaLatency {
  const level = median(known.pending);
  const z = isWarm(known, at) ? zOf(known, level) : 0;
  return {
    ...known,
    pending: [],
    last: slide(known.last, level, LAST_BINS),
    lastBinAt: at,
    sum: cusumStep(known.sum, z, RULE),
    // A bin that stands out must not teach the baseline that standing out is normal.
    baseline: z < 2 ? slide(known.baseline, level, RULE.baselineBins) : known.baseline,
  };
}

function isWarm(known: ReplicaLatency, at: number): boolean {
  return at - known.firstAt >= RULE.warmUpMs && known.samples >= RULE.warmUpSamples;
}

function zOf(known: ReplicaLatency, level: number): number {
  return (level - median(known.baseline)) / Math.max(RULE.sigmaFloorMs, robustSigma(known.baseline));
}

function signalOf(state: LatencyState, replica: string): Signal | null {
  const own = state.replicas.get(replica);
  if (own === undefined || own.sum <= RULE.limit || !isFresh(own, state.at)) return null;
  const siblings = [...state.replicas.entries()]
    .filter(([id, other]) => id !== replica && other.service === own.service && isFresh(other, state.at))
    .map(([, other]) => median(other.last));
  if (siblings.length === 0) return null;
  const level = median(own.last);
  const others = median(siblings);
  if (level - others < Math.max(RULE.aboveSiblingsMs, RULE.aboveSiblingsShare * others)) return null;
  const says =
    `first byte after ${level.toFixed(0)} ms (its own baseline ${median(own.baseline).toFixed(0)} ms, ` +
    `siblings now ${others.toFixed(0)} ms), CUSUM ${own.sum.toFixed(1)} above ${RULE.limit}`;
  return { name: "slower-than-siblings", scope: { service: own.service, replica }, says };
}

function isFresh(known: ReplicaLatency, at: number): boolean {
  return known.last.length > 0 && at - known.lastBinAt <= STALE_MS;
}

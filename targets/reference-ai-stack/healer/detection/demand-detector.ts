// Finds that more is asked of the stack than before. Not a fault: it explains slower answers, so nobody is repaired for
// it.
import type { Signal } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import { cusumStep } from "./capped-cusum.ts";
import type { Detector } from "./detector.ts";
import { LIMITS } from "./limits.ts";
import { afterLook, AT_REST, isInTime } from "./pace.ts";
import type { Pace } from "./pace.ts";
import { slide } from "./robust.ts";

export interface DemandState {
  readonly pace: Pace;
  readonly binFrom: number | null;
  /** Requests that had been started when the open bin began; null before the first look. */
  readonly startedAtBin: number | null;
  /** Requests per second of the bins before those. */
  readonly baseline: readonly number[];
  /** Bins since the sum last stood at zero, requests per second. */
  readonly undecided: readonly number[];
  readonly last: readonly number[];
  readonly idle: number;
  readonly sum: number;
}

const RULE = { ...NUMBERS.demand, ...LIMITS.demand };
/** Asked exactly once per user request and never again for a retry, so what is started there is what users want. */
const COUNTED = "embedder";
const NO_LOAD = { baseline: [], undecided: [], last: [], sum: 0 };

/** `demand-above-baseline`, scope: the inference service as a whole. */
export const demandDetector: Detector<DemandState> = {
  initial: { pace: AT_REST, binFrom: null, startedAtBin: null, idle: 0, ...NO_LOAD },
  take(state, observation) {
    if (observation.kind !== "traffic") return state;
    const counted = observation.upstreams.filter((view) => view.service === COUNTED);
    const started = counted.reduce((sum, view) => sum + view.started, 0);
    const { binFrom, startedAtBin } = state;
    const pace = afterLook(state.pace, observation.at);
    // A count that fell back began anew with the gateway, and so does the bin. What piled up on a starved machine comes
    // all at once and is no surge.
    if (binFrom === null || startedAtBin === null || started < startedAtBin || !isInTime(pace)) {
      return { ...state, pace, binFrom: observation.at, startedAtBin: started };
    }
    const lengthMs = observation.at - binFrom;
    if (lengthMs < RULE.binMs) return { ...state, pace };
    const next = { ...state, pace, binFrom: observation.at, startedAtBin: started };
    return closeBin(next, ((started - startedAtBin) * 1000) / lengthMs);
  },
  signals(state) {
    const signal = signalOf(state);
    return signal === null ? [] : [signal];
  },
  // Whatever incident it was: rates around it are no baseline, so a new one is learned.
  forget: (state) => ({ ...state, ...NO_LOAD }),
};

function closeBin(state: DemandState, perSecond: number): DemandState {
  if (perSecond === 0) {
    const idle = state.idle + 1;
    return idle >= RULE.idleBins ? { ...state, idle, ...NO_LOAD } : { ...state, idle };
  }
  // The bin in which the load began is only partly filled.
  if (state.idle > 0 && state.last.length === 0) return { ...state, idle: 0 };
  const z = deviationOf(state.baseline, perSecond);
  const sum = cusumStep(state.sum, z, RULE);
  const open = [...state.undecided, perSecond];
  // All bins end in the baseline (one that dropped the high ones would sink and cry wolf), but those since the sum last
  // stood at zero may be the surge itself: they wait until it is there again, or until they are too old to be one.
  const learned = sum === 0 ? open : open.slice(0, Math.max(0, open.length - RULE.undecidedBins));
  return {
    ...state,
    idle: 0,
    last: slide(state.last, perSecond, RULE.lastBins),
    sum,
    undecided: open.slice(learned.length),
    baseline: [...state.baseline, ...learned].slice(-RULE.baselineBins),
  };
}

/** How far a bin lies above those before, in sigma; 0 as long as there are too few of them. */
export function deviationOf(baseline: readonly number[], perSecond: number): number {
  return baseline.length < RULE.warmUpBins ? 0 : (perSecond - mean(baseline)) / spreadOf(baseline);
}

/** Are the last bins, requests per second, a surge against what was usual? */
export function isSurge(last: readonly number[], usual: number): boolean {
  return mean(last) >= RULE.times * usual;
}

/** Never below that of Poisson arrivals: an even load must not make the detector nervous. */
function spreadOf(baseline: readonly number[]): number {
  const middle = mean(baseline);
  const variance = mean(baseline.map((value) => (value - middle) ** 2));
  return Math.max(2, Math.sqrt(middle), Math.sqrt(variance));
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function signalOf(state: DemandState): Signal | null {
  if (state.sum <= RULE.limit) return null;
  const before = mean(state.baseline);
  const now = mean(state.last);
  if (!isSurge(state.last, before)) return null;
  const says = `${now.toFixed(1)} requests/s against ${before.toFixed(1)} before, CUSUM ${state.sum.toFixed(1)} above ${RULE.limit.toFixed(1)}`;
  return { name: "demand-above-baseline", scope: { service: "inference" }, says };
}

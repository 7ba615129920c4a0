// Finds the one replica that gets slower so slowly that its own baseline goes along: EWMA of its distance to its
// siblings, against the distance that it had when it was first watched.
import type { Signal } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import type { Detector } from "./detector.ts";
import { withEntry } from "./detector.ts";
import { ewmaAt, ewmaStep, ewmaWidth } from "./ewma.ts";
import type { Ewma } from "./ewma.ts";
import { isAboveSiblings } from "./latency-detector.ts";
import { LIMITS } from "./limits.ts";
import { median, robustSigma } from "./robust.ts";
import { addToBins, NO_BINS } from "./traffic-bins.ts";
import type { ReplicaBin, TrafficBins } from "./traffic-bins.ts";

/** Of one bin, ms: above its siblings, and what they had. */
export interface Distance {
  readonly above: number;
  readonly others: number;
}

/** How far a replica has come; null: still learning. */
export interface Creep {
  readonly learned: readonly number[];
  readonly chart: (Ewma & { readonly mean: number; readonly sigma: number }) | null;
}

interface ReplicaCreep extends Creep {
  readonly service: string;
  /** Of the last bin; undefined where it or its siblings answered nobody. */
  readonly last: Distance | undefined;
}

export interface CreepState {
  readonly bins: TrafficBins;
  readonly replicas: ReadonlyMap<string, ReplicaCreep>;
}

const RULE = { ...NUMBERS.creep, ...LIMITS.creep };
/** Before the first bin. */
export const UNLEARNED: Creep = { learned: [], chart: null };

/** `latency-creeps` per upstream replica. A suspicion only, like that of a replica that is slow at once. */
export const creepDetector: Detector<CreepState> = {
  initial: { bins: NO_BINS, replicas: new Map() },
  take(state, observation) {
    if (observation.kind !== "traffic") return state;
    const { bins, closed } = addToBins(state.bins, observation, RULE.binMs);
    if (closed === null) return { ...state, bins };
    const replicas = new Map<string, ReplicaCreep>();
    for (const [replica, distance] of distancesIn(closed)) {
      const known = state.replicas.get(replica) ?? UNLEARNED;
      const service = closed.get(replica)?.service ?? "";
      const next = distance === undefined ? known : afterBin(known, distance.above);
      replicas.set(replica, { learned: next.learned, chart: next.chart, service, last: distance });
    }
    return { bins, replicas };
  },
  signals: ({ replicas }) => [...replicas].flatMap(([replica, known]) => signalsOf(replica, known)),
  forget(state, replica) {
    const known = replica === null ? undefined : state.replicas.get(replica);
    if (known === undefined || known.chart === null || replica === null) return state;
    const chart = { ...known.chart, ...ewmaAt(known.chart.mean) };
    return { ...state, replicas: withEntry(state.replicas, replica, { ...known, chart }) };
  },
};

/** Each replica's median of a bin beside the median of its siblings'. */
export function distancesIn(bin: ReadonlyMap<string, ReplicaBin>): ReadonlyMap<string, Distance | undefined> {
  const levels = [...bin].map(([replica, { service, answers }]) => ({ replica, service, level: median(answers) }));
  return new Map(
    levels.map(({ replica, service, level }) => {
      const siblings = levels.filter((other) => other.service === service && other.replica !== replica);
      const others = median(siblings.map((other) => other.level).filter((one) => !Number.isNaN(one)));
      const isSeen = !Number.isNaN(level) && !Number.isNaN(others);
      return [replica, isSeen ? { above: level - others, others } : undefined];
    }),
  );
}

/** One more distance, ms: learned, or a step of the chart. */
export function afterBin({ learned, chart }: Creep, above: number): Creep {
  if (chart !== null) return { learned, chart: { ...chart, ...ewmaStep(chart, above, RULE.lambda) } };
  const all = [...learned, above];
  if (all.length < RULE.learnBins) return { learned: all, chart: null };
  const mean = median(all);
  return { learned: [], chart: { mean, sigma: Math.max(RULE.sigmaFloorMs, robustSigma(all)), ...ewmaAt(mean) } };
}

/** How far the average has come, in its own standard deviations, where that is far enough above the siblings. */
export function creepOf({ chart }: Creep, others: number): number {
  if (chart === null || !isAboveSiblings(others + chart.average, others)) return 0;
  return (chart.average - chart.mean) / ewmaWidth(chart, chart.sigma, RULE.lambda);
}

function signalsOf(replica: string, known: ReplicaCreep): readonly Signal[] {
  const { service, chart, last } = known;
  if (chart === null || last === undefined) return [];
  const sigmas = creepOf(known, last.others);
  if (sigmas <= RULE.limit) return [];
  const says =
    `${chart.average.toFixed(0)} ms above its siblings on the slow average, ${chart.mean.toFixed(0)} ms when it was ` +
    `first watched, ${sigmas.toFixed(1)} sigma above ${RULE.limit.toFixed(1)}`;
  return [{ name: "latency-creeps", scope: { service, replica }, says }];
}

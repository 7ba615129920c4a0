// Finds a replica that will run out of memory or of handles, before it does: the slope of what it holds over the last
// looks, by Theil and Sen, and the time at which that line meets the limit.
import type { ReplicaEntry, ReplicaScope, ResourceView, Signal, Usage } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import type { Detector } from "./detector.ts";
import { withEntry } from "./detector.ts";
import { mayBeCollected } from "./saw-tooth.ts";
import { exhaustionOf, theilSen } from "./theil-sen.ts";
import type { Exhaustion, Point, Trend } from "./theil-sen.ts";

interface Growth {
  readonly points: readonly Point[];
  /** What stands against it now, in words; null: nothing. */
  readonly says: string | null;
}

interface ReplicaGrowth {
  readonly scope: ReplicaScope;
  readonly memory: Growth;
  readonly handles: Growth;
}

export interface ExhaustionState {
  /** The process of each replica: what another one held says nothing about this one. */
  readonly pids: ReadonlyMap<string, number | null>;
  readonly replicas: ReadonlyMap<string, ReplicaGrowth>;
}

const RULE = NUMBERS.exhaustion;
const NOTHING: Growth = { points: [], says: null };
const MIB = 2 ** 20;

/** `exhaustion-forecast` per replica, of its memory and of its handles. */
export const exhaustionDetector: Detector<ExhaustionState> = {
  initial: { pids: new Map(), replicas: new Map() },
  take(state, observation) {
    if (observation.kind === "roll-call") return afterRollCall(state, observation.replicas);
    if (observation.kind !== "resources") return state;
    const { scope, view, at } = observation;
    const known = state.replicas.get(scope.replica) ?? { scope, memory: NOTHING, handles: NOTHING };
    return { ...state, replicas: withEntry(state.replicas, scope.replica, afterLook(known, view, at / 1000)) };
  },
  signals: ({ replicas }) =>
    [...replicas.values()].flatMap(({ scope, memory, handles }) =>
      [memory.says, handles.says]
        .filter((says) => says !== null)
        .map((says): Signal => ({ name: "exhaustion-forecast", scope, says })),
    ),
  // A replica that was started anew is another process; one that was not goes on growing.
  forget: (state) => state,
};

function afterRollCall(state: ExhaustionState, entries: readonly ReplicaEntry[]): ExhaustionState {
  const pids = new Map(entries.map(({ replica, pid }) => [replica, pid]));
  const isSame = (replica: string): boolean => pids.has(replica) && pids.get(replica) === state.pids.get(replica);
  const replicas = new Map([...state.replicas].filter(([replica]) => isSame(replica)));
  return { pids, replicas: replicas.size === state.replicas.size ? state.replicas : replicas };
}

function afterLook(known: ReplicaGrowth, view: ResourceView, at: number): ReplicaGrowth {
  const inMiB = (bytes: number): string => `${(bytes / MIB).toFixed(bytes < 10 * MIB ? 1 : 0)} MiB`;
  const inWhole = (count: number): string => count.toFixed(Math.abs(count) < 10 ? 1 : 0);
  const memory = grow(known.memory, view.memory, { at, what: "resident memory", show: inMiB, isCollected: true });
  const handles =
    view.handles === null ? NOTHING : grow(known.handles, view.handles, { at, what: "open handles", show: inWhole });
  return { ...known, memory, handles };
}

interface Naming {
  readonly at: number;
  readonly what: string;
  readonly show: (value: number) => string;
  /** It falls by itself now and then. */
  readonly isCollected?: boolean;
}

function grow({ points: before }: Growth, { used, limit }: Usage, naming: Naming): Growth {
  const points = [...before, { at: naming.at, value: used }].slice(-RULE.looks);
  const forecast = used < RULE.leastShare * limit ? null : forecastOf(points, limit);
  if (forecast === null || forecast.latest > horizonS(points)) return { points, says: null };
  const { trend, expected, earliest, latest } = forecast;
  if (naming.isCollected === true && mayBeCollected(points, trend.slope, limit)) return { points, says: null };
  const { what, show } = naming;
  const seconds = (s: number): string => `${Math.round(s)} s`;
  const says =
    `${what} ${show(used)} of ${show(limit)}, growing by ${show(60 * trend.slope)} a minute: ` +
    `used up in ${seconds(expected)} (95 %: ${seconds(earliest)} to ${seconds(latest)})`;
  return { points, says };
}

/** How far ahead these looks can tell, s. A heap that has yet to find its size grows as a leak does, for a while. */
function horizonS(points: readonly Point[]): number {
  const stretch = (points.at(-1)?.at ?? 0) - (points[0]?.at ?? 0);
  return Math.min(RULE.horizonS, RULE.reach * stretch);
}

/**
 * Seconds from the last look until the limit is met, by all looks and by their later half; of the two the one with the
 * later end. Null for too few looks, and where the growth slows down: a process that grew while it started does not
 * leak.
 */
function forecastOf(points: readonly Point[], limit: number): (Exhaustion & { readonly trend: Trend }) | null {
  if (points.length < RULE.leastLooks) return null;
  const half = Math.floor(points.length / 2);
  const [all, early, late] = [points, points.slice(0, half), points.slice(half)].map(theilSen);
  if (all === undefined || early === undefined || late === undefined) return null;
  if (late.slope < RULE.steady * early.slope) return null;
  const [long, short] = [all, late].map((trend) => ({ trend, ...exhaustionOf(trend, limit) }));
  if (long === undefined || short === undefined) return null;
  return short.latest > long.latest ? short : long;
}

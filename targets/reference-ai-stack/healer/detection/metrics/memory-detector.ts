// Finds that one replica has no KV memory left for those who ask it, while a sibling has: what runs holds nearly all
// blocks, and others wait for them or lose theirs and begin anew.
import type { Observation, ReplicaEntry, Signal } from "../../nouns.ts";
import { NUMBERS } from "../../numbers.ts";
import type { MetricsSeen } from "../../telemetry/metrics/metric-look.ts";
import type { Detector } from "../detector.ts";
import { withEntry } from "../detector.ts";
import { gaugeOf, riseOf, rowsOf } from "./metric-rises.ts";

interface Memory {
  readonly look: MetricsSeen;
  /** 0 to 1. */
  readonly use: number;
  readonly waiting: number;
  /** Since when each reading was full, how many, and the requests that lost their blocks meanwhile; null: not full. */
  readonly full: { readonly since: number; readonly readings: number; readonly preempted: number } | null;
}

export interface MemoryState {
  /** Those that take traffic, by the last roll-call. */
  readonly members: ReadonlyMap<string, ReplicaEntry>;
  readonly memories: ReadonlyMap<string, Memory>;
}

const RULE = NUMBERS.kvMemory;

/** `kv-exhausted` of a replica. Where all of them are full the service is too small, and its queue says so. */
export const memoryDetector: Detector<MemoryState> = {
  initial: { members: new Map(), memories: new Map() },
  take(state, observation) {
    if (observation.kind === "roll-call") return takeRollCall(state, observation.replicas);
    if (observation.kind !== "metrics" || observation.past === true) return state;
    return takeMetrics(state, observation);
  },
  signals: (state) => [...state.members.values()].flatMap((entry) => exhausted(state, entry)),
  forget(state, replica) {
    const memory = replica === null ? undefined : state.memories.get(replica);
    if (replica === null || memory === undefined) return state;
    return { ...state, memories: withEntry(state.memories, replica, { ...memory, full: null }) };
  },
};

function takeRollCall(state: MemoryState, replicas: readonly ReplicaEntry[]): MemoryState {
  const taking = replicas.filter(({ pid, weight = 1 }) => pid !== null && weight > 0);
  const members = new Map(taking.map((entry) => [entry.replica, entry]));
  const memories = new Map([...state.memories].filter(([id]) => members.get(id)?.pid === state.members.get(id)?.pid));
  return { members, memories };
}

function takeMetrics(state: MemoryState, { scope, look }: Extract<Observation, { kind: "metrics" }>): MemoryState {
  const known = state.memories.get(scope.replica);
  if (!look.ok || look.at <= (known?.look.at ?? -Infinity)) return state;
  const [use, waiting] = [gaugeOf(look, "kv-use"), gaugeOf(look, "waiting")];
  if (use === null || waiting === null) return state;
  const preempted = known === undefined ? 0 : (riseOf(known.look, look, "preemptions")?.count ?? 0);
  const full = use < RULE.fullShare ? null : fullAfter(known?.full ?? null, look.at, preempted);
  return { ...state, memories: withEntry(state.memories, scope.replica, { look, use, waiting, full }) };
}

function fullAfter(full: Memory["full"], at: number, preempted: number): NonNullable<Memory["full"]> {
  const { since, readings, preempted: before } = full ?? { since: at, readings: 0, preempted: 0 };
  return { since, readings: readings + 1, preempted: before + preempted };
}

function exhausted({ members, memories }: MemoryState, { service, replica }: ReplicaEntry): readonly Signal[] {
  const memory = memories.get(replica);
  if (memory?.full === undefined || memory.full === null) return [];
  const { look, use, waiting, full } = memory;
  const freshMs = look.lagMs + Math.max(0, ...rowsOf(look, "kv-use").map(({ row }) => row.fresh));
  const forMs = look.at - full.since;
  if (full.readings < RULE.leastReadings || forMs < Math.max(RULE.standMs, 2 * freshMs)) return [];
  if (waiting < 1 && full.preempted < 1) return [];
  const siblings = [...members.values()].filter((one) => one.service === service && one.replica !== replica);
  const hasRoom = siblings.some((one) => (memories.get(one.replica)?.use ?? 1) < RULE.fullShare);
  if (!hasRoom) return [];
  const says = `${Math.round(100 * use)} % of its KV memory is held, ${Math.round(100 * RULE.fullShare)} % or more for ${(forMs / 1000).toFixed(1)} s; ${waiting} requests wait, ${full.preempted} began anew; a sibling has room`;
  return [{ name: "kv-exhausted", scope: { service, replica }, says, freshMs }];
}

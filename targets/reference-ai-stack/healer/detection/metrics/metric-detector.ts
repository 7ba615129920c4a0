// Judges what servers say of themselves: work that stands still, numbers that cannot be, and the loss of the numbers
// itself, which is never taken for health.
import type { Observation, ReplicaEntry, Signal } from "../../nouns.ts";
import type { Detector } from "../detector.ts";
import { withEntry } from "../detector.ts";
import { afterLook as paceAfter, AT_REST, type Pace } from "../pace.ts";
import { afterAbsence, afterLook, afterTime, blindness, isTrusted, liesNow, newReplica } from "./replica-metrics.ts";
import type { ReplicaMetrics } from "./replica-metrics.ts";
import { isStall } from "./stuck.ts";

export interface MetricState {
  readonly now: number;
  /** Of the healer's own looks at the gateway. */
  readonly pace: Pace;
  /** Of the last roll-call, by replica. */
  readonly entries: ReadonlyMap<string, ReplicaEntry>;
  /** Replicas that answered their last health check: of the others nobody expects metrics. */
  readonly well: ReadonlySet<string>;
  readonly replicas: ReadonlyMap<string, ReplicaMetrics>;
}

/**
 * `stalled` of a replica; of a service when all of its replicas stall, which is no replica's fault. `telemetry-lost`
 * and `telemetry-implausible` of the service: its replicas must stay free to be sick for another reason.
 */
export const metricDetector: Detector<MetricState> = {
  initial: { now: 0, pace: AT_REST, entries: new Map(), well: new Set(), replicas: new Map() },
  take(before, observation) {
    const state = { ...before, now: Math.max(before.now, observation.at) };
    if (observation.kind === "roll-call") return takeRollCall(state, observation.replicas);
    if (observation.kind === "metrics") return takeMetrics(state, observation);
    if (observation.kind === "traffic") return { ...state, pace: paceAfter(state.pace, observation.at) };
    if (observation.kind !== "pulse") return state;
    const { replica } = observation.scope;
    if (observation.pulse.state === "good") return { ...state, well: new Set([...state.well, replica]) };
    return { ...absent(state, replica), well: new Set([...state.well].filter((id) => id !== replica)) };
  },
  signals(state) {
    const services = new Set([...state.replicas.values()].map(({ scope }) => scope.service));
    return [...services].flatMap((service) => {
      const own = [...state.replicas.values()].filter(({ scope }) => scope.service === service);
      return [
        ...stallsOf(own, state),
        ...told("telemetry-lost", own, (one) => lossOf(one, state)),
        ...told("telemetry-implausible", own, (one) => liesNow(one, state.now)),
      ];
    });
  },
  forget(state, replica) {
    const all = [...state.replicas].map(([id, known]) =>
      replica === null || replica === id
        ? ([id, { ...known, stuck: null, dark: null, seenAt: null }] as const)
        : ([id, known] as const),
    );
    return { ...state, replicas: new Map(all) };
  },
};

function takeRollCall(state: MetricState, entries: readonly ReplicaEntry[]): MetricState {
  const byId = new Map(entries.map((entry) => [entry.replica, entry]));
  const still = [...state.replicas].filter(([id]) => byId.has(id));
  const replicas = still.map(([id, known]) => {
    const pid = byId.get(id)?.pid ?? null;
    const isSame = pid !== null && pid === state.entries.get(id)?.pid;
    return [id, afterTime(isSame ? known : afterAbsence(known, state.now), pid, state.now)] as const;
  });
  return { ...state, entries: byId, replicas: new Map(replicas) };
}

function absent(state: MetricState, replica: string): MetricState {
  const known = state.replicas.get(replica);
  if (known === undefined) return state;
  return { ...state, replicas: withEntry(state.replicas, replica, afterAbsence(known, state.now)) };
}

function takeMetrics(
  state: MetricState,
  { scope, at, look, past = false }: Extract<Observation, { kind: "metrics" }>,
): MetricState {
  const known = state.replicas.get(scope.replica) ?? newReplica(scope);
  const pid = state.entries.get(scope.replica)?.pid ?? null;
  const next = afterLook(known, { at, look, pid, past });
  return { ...state, replicas: withEntry(state.replicas, scope.replica, next) };
}

function stallsOf(own: readonly ReplicaMetrics[], state: MetricState): readonly Signal[] {
  const { now } = state;
  const stalled = own.flatMap((one) => {
    const { scope, stuck } = one;
    return stuck !== null && isStall(stuck, state) && isTrusted(one, now) ? [{ scope, stuck }] : [];
  });
  const says = (busy: number, since: number, freshMs: number): string =>
    `${busy} requests under way and nothing came of them for ${seconds(now - since)}; readings are up to ${seconds(freshMs)} old`;
  if (own.length > 1 && stalled.length === own.length) {
    const all = stalled.filter(({ stuck }) => isStall(stuck, state, 2));
    const [first] = all;
    if (first === undefined || all.length < own.length) return [];
    const busy = all.reduce((sum, { stuck }) => sum + stuck.busy, 0);
    const freshMs = Math.max(...all.map(({ stuck }) => stuck.freshMs));
    const since = Math.max(...all.map(({ stuck }) => stuck.since));
    const whole = `at all ${own.length} replicas: ${says(busy, since, freshMs)}`;
    return [{ name: "stalled", scope: { service: first.scope.service }, says: whole, freshMs }];
  }
  return stalled.map(({ scope, stuck: { busy, since, freshMs } }) => ({
    name: "stalled",
    scope,
    says: says(busy, since, freshMs),
    freshMs,
  }));
}

function lossOf(one: ReplicaMetrics, { entries, well, now, pace }: MetricState): string | null {
  const { replica } = one.scope;
  const isWell = well.has(replica) && (entries.get(replica)?.pid ?? null) !== null;
  return isWell ? blindness(one, now, pace) : null;
}

/** One signal of the service for all of its replicas of which something is to be told. */
function told(
  name: string,
  own: readonly ReplicaMetrics[],
  ask: (one: ReplicaMetrics) => string | null,
): readonly Signal[] {
  const found = own.map((one) => ({ one, says: ask(one) })).filter(({ says }) => says !== null);
  const [first] = found;
  if (first === undefined) return [];
  const says = found.map(({ one, says: why }) => `${one.scope.replica}: ${why}`).join("; ");
  return [{ name, scope: { service: first.one.scope.service }, says }];
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

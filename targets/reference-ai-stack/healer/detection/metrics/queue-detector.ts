// Finds that a service has too few replicas, or more than it needs: requests wait at every replica and do not get
// fewer, or so little runs that one replica less would do for long.
import type { Observation, ReplicaEntry, Signal } from "../../nouns.ts";
import { NUMBERS } from "../../numbers.ts";
import type { MetricsSeen } from "../../telemetry/metrics/metric-look.ts";
import type { Detector } from "../detector.ts";
import { withEntry } from "../detector.ts";
import { gaugeOf, riseOf, rowsOf } from "./metric-rises.ts";

interface Row {
  readonly since: number;
  readonly readings: number;
  readonly most: number;
  /** When something was last done between two of its readings: null, not yet; Infinity: that cannot be known. */
  readonly doneAt: number | null;
}

interface Queue {
  readonly service: string;
  /** When it was read, on the healer's clock. */
  readonly at: number;
  readonly look: MetricsSeen;
  readonly waiting: number;
  readonly running: number;
  /** Since when each reading had somebody waiting, how many readings, and the most of them; null: nobody waits. */
  readonly row: Row | null;
  readonly freshMs: number;
}

export interface QueueState {
  /** Those that take traffic, by the last roll-call. */
  readonly members: ReadonlyMap<string, ReplicaEntry>;
  readonly queues: ReadonlyMap<string, Queue>;
  /** The most that ran at one replica while others waited there: what a replica can do at once, by service. */
  readonly slots: ReadonlyMap<string, number>;
  /** Since when one replica less would do, by service. */
  readonly spareSince: ReadonlyMap<string, number>;
}

const RULE = NUMBERS.scaling;

/** Any of these that rises shows that work is done. */
const WORK = ["success", "generation-tokens", "prompt-tokens"];

/** `queue-grows` and `capacity-spare` of a service; both are read off its replicas' own gauges. */
export const queueDetector: Detector<QueueState> = {
  initial: { members: new Map(), queues: new Map(), slots: new Map(), spareSince: new Map() },
  take(state, observation) {
    if (observation.kind === "roll-call") return takeRollCall(state, observation.replicas);
    if (observation.kind !== "metrics" || observation.past === true) return state;
    return takeMetrics(state, observation);
  },
  signals: (state) => servicesOf(state).flatMap((service) => [...growing(state, service), ...spare(state, service)]),
  forget(state, replica) {
    // What is held against a service has the stack as a whole for its replica.
    if (replica !== null) return state;
    const queues = [...state.queues].map(([id, queue]) => [id, { ...queue, row: null }] as const);
    return { ...state, queues: new Map(queues), spareSince: new Map() };
  },
};

function takeRollCall(state: QueueState, replicas: readonly ReplicaEntry[]): QueueState {
  const taking = replicas.filter(({ pid, weight = 1 }) => pid !== null && weight > 0);
  const members = new Map(taking.map((entry) => [entry.replica, entry]));
  const queues = new Map([...state.queues].filter(([id]) => members.get(id)?.pid === state.members.get(id)?.pid));
  return { ...state, members, queues };
}

function takeMetrics(state: QueueState, { scope, look }: Extract<Observation, { kind: "metrics" }>): QueueState {
  const { service, replica } = scope;
  if (!look.ok) return state;
  const [waiting, running] = [gaugeOf(look, "waiting"), gaugeOf(look, "running")];
  const known = state.queues.get(replica);
  if (waiting === null || running === null || look.at <= (known?.at ?? -Infinity)) return state;
  const row = waiting < 1 ? null : rowAfter(known, look, waiting);
  const queue: Queue = { service, at: look.at, look, waiting, running, row, freshMs: freshOf(look) };
  const most = Math.max(state.slots.get(service) ?? 0, waiting >= 1 ? running : 0);
  const slots = most > 0 ? withEntry(state.slots, service, most) : state.slots;
  return afterQueue({ ...state, slots, queues: withEntry(state.queues, replica, queue) }, service, look.at);
}

function rowAfter(known: Queue | undefined, look: MetricsSeen, waiting: number): Row {
  const row = known?.row;
  if (known === undefined || !row) return { since: look.at, readings: 1, most: waiting, doneAt: null };
  const { since, readings, most, doneAt } = row;
  return { since, readings: readings + 1, most: Math.max(most, waiting), doneAt: workSeen(known.look, look) ?? doneAt };
}

/** When work was last done, as far as these two readings tell; null: none was between them. */
function workSeen(before: MetricsSeen, now: MetricsSeen): number | null {
  const rises = WORK.map((signal) => riseOf(before, now, signal)).filter((rise) => rise !== null);
  if (rises.length === 0) return Infinity;
  return rises.some(({ count }) => count > 0) ? now.at : null;
}

function freshOf(look: MetricsSeen): number {
  return look.lagMs + Math.max(...rowsOf(look, "waiting").map(({ row }) => row.fresh));
}

function afterQueue(state: QueueState, service: string, at: number): QueueState {
  const spareSince = new Map(state.spareSince);
  if (!oneLessWouldDo(state, service)) spareSince.delete(service);
  else spareSince.set(service, spareSince.get(service) ?? at);
  return { ...state, spareSince };
}

function servicesOf({ members }: QueueState): readonly string[] {
  return [...new Set([...members.values()].map(({ service }) => service))];
}

/** What is known of all members of a service; null: of one of them nothing yet. */
function queuesOf({ members, queues }: QueueState, service: string): readonly Queue[] | null {
  const own = [...members.values()].filter((entry) => entry.service === service);
  const seen = own.flatMap(({ replica }) => queues.get(replica) ?? []);
  return seen.length === own.length && seen.length > 0 ? seen : null;
}

/**
 * Somebody waits at every replica for a while, and the queue is about as long as it ever was: it does not drain.
 * Work is done meanwhile at one of them at least: where none is done the replicas hang, and more would hang too.
 */
function growing(state: QueueState, service: string): readonly Signal[] {
  const own = queuesOf(state, service) ?? [];
  const rows = own.flatMap(({ row }) => row ?? []);
  if (rows.length === 0 || rows.length < own.length) return [];
  const stands = own.every(
    ({ at, row, freshMs }) =>
      row !== null && row.readings >= RULE.leastReadings && at - row.since >= Math.max(RULE.standMs, 2 * freshMs),
  );
  const isWorking = own.some(({ at, row, freshMs }) => at - (row?.doneAt ?? -Infinity) < workWithin(freshMs));
  if (!isWorking) return [];
  const waiting = own.reduce((sum, one) => sum + one.waiting, 0);
  const most = rows.reduce((sum, one) => sum + one.most, 0);
  if (!stands || waiting < RULE.leastWaiting * own.length || waiting < RULE.drains * most) return [];
  const forMs = Math.min(...own.map(({ at, row }) => at - (row?.since ?? at)));
  const says = `${waiting} requests wait at all ${own.length} replicas, somebody for ${(forMs / 1000).toFixed(1)} s without a break`;
  return [{ name: "queue-grows", scope: { service }, says, freshMs: Math.max(...own.map(({ freshMs }) => freshMs)) }];
}

/** Work that is done is seen within this time, ms. */
function workWithin(freshMs: number): number {
  return Math.max(RULE.standMs, 2 * freshMs);
}

function oneLessWouldDo(state: QueueState, service: string): boolean {
  const own = queuesOf(state, service);
  const slots = state.slots.get(service);
  if (own === null || slots === undefined || own.length <= RULE.leastReplicas) return false;
  const running = own.reduce((sum, one) => sum + one.running, 0);
  return own.every(({ waiting }) => waiting === 0) && running <= RULE.spareShare * slots * (own.length - 1);
}

function spare(state: QueueState, service: string): readonly Signal[] {
  const since = state.spareSince.get(service);
  const own = queuesOf(state, service) ?? [];
  const now = Math.max(...own.map(({ at }) => at));
  if (since === undefined || now - since < RULE.spareForMs) return [];
  const says = `${own.length - 1} replicas would do: for ${Math.round((now - since) / 1000)} s nobody waited, and at most ${Math.round(100 * RULE.spareShare)} % of their slots would have been taken`;
  return [{ name: "capacity-spare", scope: { service }, says }];
}

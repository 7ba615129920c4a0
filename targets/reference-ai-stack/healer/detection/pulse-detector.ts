// The hard probe: is there a process, and does it answer? Two hard misses are death; a slow answer alone never is.
import type { Observation, Pulse, ReplicaEntry, ReplicaScope, Signal, UpstreamView } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import type { Detector } from "./detector.ts";
import { withEntry } from "./detector.ts";
import { afterLook, AT_REST, timesWhenLate } from "./pace.ts";
import type { Pace } from "./pace.ts";
import { median } from "./robust.ts";

interface ReplicaPulse {
  readonly scope: ReplicaScope;
  readonly everGood: boolean;
  readonly hardMisses: number;
  readonly firstHardAt: number;
  readonly lastHardAt: number;
  /** Since when the supervisor says that it has no process; null: it has one. */
  readonly noProcessSince: number | null;
  readonly softMisses: number;
  /** When there were as many of them as are usually waited for, ms. */
  readonly silentAt: number;
  /** The newest answer that the gateway got from it: a replica that still answers users is late, not hung. */
  readonly lastAnswer: number;
  /** How long its last look took, ms. */
  readonly lastMs: number;
  readonly says: string;
}

export interface PulseState {
  /** Set once every replica was well at the same time: a stack that is still starting is not sick. */
  readonly armed: boolean;
  /** Of the healer's own looks at the gateway. */
  readonly pace: Pace;
  readonly replicas: ReadonlyMap<string, ReplicaPulse>;
}

const RULE = NUMBERS.pulse;
/** The stack is ready without it, so nobody waits for it to come: it is judged once it was well. */
const ASIDE = "collector";

/** `process-gone`, `not-answering`, and `everything-dark` when no replica at all is left to be seen. */
export const pulseDetector: Detector<PulseState> = {
  initial: { armed: false, pace: AT_REST, replicas: new Map() },
  take(state, observation) {
    if (observation.kind === "roll-call") return takeRollCall(state, observation.replicas, observation.at);
    if (observation.kind === "pulse") return arm(takePulse(state, observation));
    if (observation.kind === "traffic") {
      return { ...takeTraffic(state, observation.upstreams), pace: afterLook(state.pace, observation.at) };
    }
    if (observation.kind === "was-well") return { ...state, armed: true };
    return state;
  },
  signals(state) {
    if (!state.armed) return [];
    const all = [...state.replicas.values()];
    const sick = all
      .map((known) => signalOf(known, othersLookMs(all, known), state.pace))
      .filter((signal) => signal !== null);
    const gone = sick.filter((signal) => signal.name === "process-gone");
    if (all.length > 1 && gone.length === all.length) {
      const says = `none of ${all.length} replicas can be seen; rather the healer's sight is gone than all of them`;
      return [{ name: "everything-dark", scope: { service: "stack" }, says }];
    }
    return sick;
  },
  isArmed: ({ armed }) => armed,
  forget(state, replica) {
    const known = replica === null ? undefined : state.replicas.get(replica);
    if (known === undefined) return state;
    return { ...state, replicas: withEntry(state.replicas, known.scope.replica, { ...known, ...UNTROUBLED }) };
  },
};

const UNTROUBLED = {
  hardMisses: 0,
  firstHardAt: 0,
  lastHardAt: 0,
  noProcessSince: null,
  softMisses: 0,
  silentAt: 0,
  says: "",
};

function takeRollCall(state: PulseState, entries: readonly ReplicaEntry[], at: number): PulseState {
  const replicas = new Map<string, ReplicaPulse>();
  for (const { service, replica, pid } of entries) {
    const scope = { service, replica };
    const known = state.replicas.get(replica) ?? { scope, everGood: false, lastAnswer: -1, lastMs: 0, ...UNTROUBLED };
    replicas.set(replica, pid === null ? missProcess(known, at) : { ...known, noProcessSince: null });
  }
  return { ...state, replicas };
}

/**
 * Progress seen by the gateway (or, for the gateway itself, its report) ends a row of late answers, not of
 * hard misses.
 */
function takeTraffic(state: PulseState, upstreams: readonly UpstreamView[]): PulseState {
  const replicas = new Map(state.replicas);
  for (const [replica, known] of state.replicas) {
    const answers = upstreams.find((view) => view.replica === replica)?.recent.filter((sample) => sample.ok) ?? [];
    const newest = answers.reduce((top, sample) => Math.max(top, sample.seq), -1);
    const progress = known.scope.service === "gateway" || newest > known.lastAnswer;
    // A sequence that fell back began anew with the gateway.
    const lastAnswer = newest < 0 ? known.lastAnswer : newest;
    replicas.set(replica, { ...known, lastAnswer, softMisses: progress ? 0 : known.softMisses });
  }
  return { ...state, replicas };
}

function takePulse(state: PulseState, seen: Extract<Observation, { kind: "pulse" }>): PulseState {
  const { replica } = seen.scope;
  const known = state.replicas.get(replica);
  if (known === undefined) return state;
  return { ...state, replicas: withEntry(state.replicas, replica, afterPulse(known, seen.pulse, seen.at)) };
}

function afterPulse(before: ReplicaPulse, pulse: Pulse, at: number): ReplicaPulse {
  const known = { ...before, lastMs: pulse.ms };
  if (pulse.state === "good") return { ...known, ...UNTROUBLED, everGood: true };
  if (pulse.state === "refused") return missHard(known, at, pulse.says);
  const softMisses = known.softMisses + 1;
  const silentAt = softMisses <= RULE.softMisses ? at : known.silentAt;
  return { ...known, softMisses, silentAt, says: pulse.says };
}

function missHard(known: ReplicaPulse, at: number, says: string): ReplicaPulse {
  const firstHardAt = known.hardMisses === 0 ? at : known.firstHardAt;
  return { ...known, hardMisses: known.hardMisses + 1, firstHardAt, lastHardAt: at, says };
}

function missProcess(before: ReplicaPulse, at: number): ReplicaPulse {
  const known = missHard(before, at, "no process in the inventory");
  return { ...known, noProcessSince: before.noProcessSince ?? at };
}

function arm(state: PulseState): PulseState {
  if (state.armed || state.replicas.size === 0) return state;
  const all = [...state.replicas.values()].filter(({ scope }) => scope.service !== ASIDE);
  const well = all.every((known) => known.everGood && known.hardMisses === 0);
  return well ? { ...state, armed: true } : state;
}

/** The typical look at everybody else, ms: when that is long, lateness says nothing about this one. */
function othersLookMs(all: readonly ReplicaPulse[], known: ReplicaPulse): number {
  return median(all.filter((other) => other !== known).map((other) => other.lastMs));
}

function signalOf(known: ReplicaPulse, othersMs: number, pace: Pace): Signal | null {
  const { hardMisses, firstHardAt, lastHardAt, noProcessSince, softMisses, silentAt, scope, says } = known;
  if (scope.service === ASIDE && !known.everGood) return null;
  const spread = lastHardAt - firstHardAt;
  // One blink seen by two probes at once is one miss.
  const absentMs = noProcessSince === null ? 0 : lastHardAt - noProcessSince;
  if (hardMisses >= RULE.hardMisses && (spread >= RULE.spreadMs || absentMs >= RULE.noProcessSpreadMs)) {
    return {
      name: "process-gone",
      scope,
      says: `${hardMisses} hard misses in ${Math.round(spread)} ms, the last: ${says}`,
    };
  }
  const silences = timesWhenLate(pace, silentAt) > 1 ? RULE.softMissesWhenLate : RULE.softMisses;
  if (softMisses >= silences && !(othersMs > RULE.starvedMs)) {
    return { name: "not-answering", scope, says: `${softMisses} probes in a row without a good answer: ${says}` };
  }
  return null;
}

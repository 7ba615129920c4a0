// Deep against shallow: a replica whose health check is green and in time, and that completes not even one token. What
// tells a hang from long work is whether its tokens move meanwhile.
import type { Observation, ReplicaEntry, ReplicaScope, Signal } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import type { MetricsSeen } from "../telemetry/metrics/metric-look.ts";
import type { Detector } from "./detector.ts";
import { withEntry } from "./detector.ts";
import { riseOf } from "./metrics/metric-rises.ts";
import { afterLook as paceAfter, AT_REST, timesWhenLate, type Pace } from "./pace.ts";

/**
 * Any of these that rises shows that tokens are made, or read: a long prompt keeps everybody else from memory while no
 * answer has begun. A server that counts a prompt only once it is read looks hung until then.
 */
const TOKENS = ["generation-tokens", "prompt-tokens", "inter-token", "ttft"];

interface DeepView {
  readonly scope: ReplicaScope;
  readonly pid: number | null;
  /** It has completed a token since its process began: one that still loads is not hung. */
  readonly everGood: boolean;
  readonly misses: number;
  /** When the first of them were given up, as many as may be needed, and the last. */
  readonly firstMissesAt: readonly number[];
  readonly lastMissAt: number;
  readonly says: string;
  /** Its health check answers, and soon. */
  readonly isGreen: boolean;
  readonly reading: MetricsSeen | null;
  /** The last two readings after the first miss: when they were taken, and whether tokens moved between them. */
  readonly tokens: { readonly at: number; readonly moved: boolean } | null;
}

export interface DeepState {
  readonly now: number;
  /** Of the healer's own looks at the gateway. */
  readonly pace: Pace;
  readonly replicas: ReadonlyMap<string, DeepView>;
}

const RULE = NUMBERS.deepProbe;

/**
 * `completes-nothing` for a hang, `works-on` for a replica that is busy with long work, `completes-nothing-unmeasured`
 * where nobody knows which of the two.
 */
export const deepProbeDetector: Detector<DeepState> = {
  initial: { now: 0, pace: AT_REST, replicas: new Map() },
  take(before, observation) {
    const state = { ...before, now: Math.max(before.now, observation.at) };
    if (observation.kind === "roll-call") return afterRollCall(state, observation.replicas);
    if (observation.kind === "traffic") return { ...state, pace: paceAfter(state.pace, observation.at) };
    if (!("scope" in observation)) return state;
    const { replica } = observation.scope;
    const known = state.replicas.get(replica);
    const next = known === undefined ? undefined : afterLook(known, observation);
    return next === undefined ? state : { ...state, replicas: withEntry(state.replicas, replica, next) };
  },
  signals: ({ replicas, now, pace }) => [...replicas.values()].flatMap((view) => signalOf(view, now, pace) ?? []),
  forget(state, replica) {
    const known = replica === null ? undefined : state.replicas.get(replica);
    if (known === undefined) return state;
    return { ...state, replicas: withEntry(state.replicas, known.scope.replica, { ...known, ...UNTROUBLED }) };
  },
};

const UNTROUBLED = { misses: 0, firstMissesAt: [], lastMissAt: 0, says: "", tokens: null };

function afterRollCall(state: DeepState, entries: readonly ReplicaEntry[]): DeepState {
  const replicas = entries.map(({ service, replica, pid }) => {
    const known = state.replicas.get(replica);
    if (known !== undefined && known.pid === pid) return [replica, known] as const;
    const scope = { service, replica };
    return [replica, { scope, pid, everGood: false, isGreen: false, reading: null, ...UNTROUBLED }] as const;
  });
  return { ...state, replicas: new Map(replicas) };
}

function afterLook(known: DeepView, observation: Observation): DeepView | undefined {
  if (observation.kind === "pulse") {
    const { state, ms } = observation.pulse;
    const isGreen = state === "good" && ms < NUMBERS.pulse.starvedMs;
    // Who answers nobody is the hard probe's matter, and misses on a starved machine are nobody's.
    return isGreen ? { ...known, isGreen } : { ...known, ...UNTROUBLED, isGreen };
  }
  if (observation.kind === "metrics" && observation.look.ok && observation.past !== true) {
    return afterReading(known, observation.look);
  }
  if (observation.kind !== "completion") return undefined;
  const { seen, at } = observation;
  if (seen.state === "good") return { ...known, ...UNTROUBLED, everGood: true };
  // Who cannot be reached at all is the hard probe's matter, too.
  if (seen.state === "refused") return { ...known, ...UNTROUBLED };
  const firstMissesAt = [...known.firstMissesAt, at].slice(0, RULE.missesWhenBlind);
  return { ...known, misses: known.misses + 1, firstMissesAt, lastMissAt: at, says: seen.says };
}

/** Tokens count between two readings that were both taken after the first miss: those before it prove nothing. */
function afterReading(known: DeepView, look: MetricsSeen): DeepView {
  const before = known.reading;
  if (before !== null && look.at <= before.at) return known;
  const next = { ...known, reading: look };
  const [firstMissAt] = known.firstMissesAt;
  if (before === null || firstMissAt === undefined || before.at < firstMissAt) return next;
  const rises = TOKENS.map((signal) => riseOf(before, look, signal)).filter((rise) => rise !== null);
  if (rises.length === 0) return next;
  return { ...next, tokens: { at: look.at, moved: rises.some(({ count }) => count > 0) } };
}

/** Were so many missed, or more of them where the healer itself comes late? */
function hasMissed({ misses, firstMissesAt }: DeepView, least: number, pace: Pace): boolean {
  return misses >= least * timesWhenLate(pace, firstMissesAt[least - 1] ?? Infinity);
}

function signalOf(view: DeepView, now: number, pace: Pace): Signal | null {
  const { scope, everGood, misses, says, isGreen, tokens } = view;
  if (!everGood || !isGreen || !hasMissed(view, RULE.misses, pace)) return null;
  if (now - view.lastMissAt > RULE.staleMs) return null;
  const missed = `${misses} completions of one token in a row did not come (${says}) while its health check is green`;
  const known = tokens !== null && now - tokens.at <= RULE.staleMs ? tokens : null;
  if (known?.moved === true) return { name: "works-on", scope, says: `${missed}, yet its tokens move` };
  if (known !== null) return { name: "completes-nothing", scope, says: `${missed}, and no token moves` };
  if (!hasMissed(view, RULE.missesWhenBlind, pace)) return null;
  return { name: "completes-nothing-unmeasured", scope, says: `${missed}; whether tokens move is not known` };
}

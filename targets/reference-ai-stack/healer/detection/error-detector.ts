// Finds a replica that is alive but fails much of what it is asked. Nothing here knows why: such an incident is for
// people.
import type { Signal, UpstreamView } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import { bernoulliStep } from "./bernoulli-cusum.ts";
import type { Detector } from "./detector.ts";
import { withEntry } from "./detector.ts";
import { LIMITS } from "./limits.ts";
import { newSamples } from "./new-samples.ts";
import { afterLook, AT_REST, weightOf } from "./pace.ts";
import type { Pace } from "./pace.ts";
import { pathInUse } from "./path-detector.ts";
import { burnsTooFast } from "./slo-burn.ts";
import type { Outcome } from "./slo-burn.ts";

interface ReplicaErrors {
  readonly service: string;
  /** The way by which it is asked; undefined: there is one alone. */
  readonly path: string | undefined;
  readonly lastSeq: number;
  /** What became of requests over the long window, by the time of the look that brought it. */
  readonly outcomes: readonly Outcome[];
  /** Bernoulli CUSUM over all of them, nats. */
  readonly sum: number;
}

export interface ErrorState {
  readonly pace: Pace;
  readonly replicas: ReadonlyMap<string, ReplicaErrors>;
}

const BURN = NUMBERS.errors;
const RULE = { ...LIMITS.errors, p1: NUMBERS.errors.p1 };

/**
 * `errors-high` per upstream replica: more failures than chance brings, and the budget burnt too fast over both
 * windows. Slower than the hard probe on purpose, which knows more about a dead replica.
 */
export const errorDetector: Detector<ErrorState> = {
  initial: { pace: AT_REST, replicas: new Map() },
  take(state, observation) {
    if (observation.kind !== "traffic") return state;
    const { at } = observation;
    const pace = afterLook(state.pace, at);
    const weight = weightOf(pace);
    // Only those that the gateway still calls: nothing stands against a replica that was taken out.
    const replicas = new Map<string, ReplicaErrors>();
    for (const view of observation.upstreams) {
      const before = state.replicas.get(view.replica);
      // What failed on the way before says nothing of the replica.
      const known = before === undefined || before.path !== pathInUse(view) ? firstSeen(view) : before;
      const { fresh: seen, lastSeq } = newSamples(view, known.lastSeq);
      // A replica that is full has not failed.
      const fresh = seen.filter(({ throttled }) => throttled !== true);
      const bad = fresh.filter(({ ok }) => !ok).length;
      const outcomes = [...known.outcomes, ...fresh.map(({ ok }) => ({ at, ok }))];
      replicas.set(view.replica, {
        ...known,
        lastSeq,
        // Requests that time out on a starved machine say little about the replica.
        sum: bernoulliStep(known.sum, weight * bad, weight * fresh.length, RULE),
        outcomes: outcomes.filter((one) => one.at > at - BURN.longMs),
      });
    }
    return { pace, replicas };
  },
  signals: (state) =>
    [...state.replicas.entries()]
      .map(([id, known]) => signalOf(id, known, state.pace.at))
      .filter((signal) => signal !== null),
  forget(state, replica) {
    const known = replica === null ? undefined : state.replicas.get(replica);
    if (known === undefined || replica === null) return state;
    return { ...state, replicas: withEntry(state.replicas, replica, { ...known, outcomes: [], sum: 0 }) };
  },
};

/** What lay there at the first look is older than this watch, by nobody knows how much: it is not judged. */
function firstSeen(view: UpstreamView): ReplicaErrors {
  const lastSeq = newSamples(view, -1).lastSeq;
  return { service: view.service, path: pathInUse(view), lastSeq, outcomes: [], sum: 0 };
}

function signalOf(replica: string, known: ReplicaErrors, now: number): Signal | null {
  if (known.sum <= RULE.limit || known.outcomes.length < BURN.leastSamples) return null;
  if (!burnsTooFast(known.outcomes, now, BURN)) return null;
  const failed = known.outcomes.filter(({ ok }) => !ok).length;
  const says =
    `${failed} of its last ${known.outcomes.length} requests failed, ` +
    `CUSUM ${known.sum.toFixed(1)} above ${RULE.limit.toFixed(1)}`;
  return { name: "errors-high", scope: { service: known.service, replica }, says };
}

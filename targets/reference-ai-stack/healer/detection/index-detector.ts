// Finds an index that still answers but no longer holds what was written: by the file's hash and by what it finds of
// itself.
import type { ReplicaScope, SelfRetrievalView, Signal } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import { bernoulliStep } from "./bernoulli-cusum.ts";
import type { Detector } from "./detector.ts";
import { withEntry } from "./detector.ts";
import { LIMITS } from "./limits.ts";

interface ReplicaIndex {
  readonly scope: ReplicaScope;
  readonly hashDiffers: boolean;
  /** Bernoulli CUSUM over the rows that did not find themselves, nats. */
  readonly sum: number;
  readonly last: SelfRetrievalView;
}

export interface IndexState {
  readonly replicas: ReadonlyMap<string, ReplicaIndex>;
}

const RULE = { ...LIMITS.selfRetrieval, p1: NUMBERS.selfRetrieval.p1 };

/** `index-hash-differs` and `self-retrieval-low` per vector replica. */
export const indexDetector: Detector<IndexState> = {
  initial: { replicas: new Map() },
  take(state, observation) {
    if (observation.kind === "roll-call") {
      // Nothing stands against a replica that was taken out.
      const present = new Set(observation.replicas.map(({ replica }) => replica));
      const left = [...state.replicas].filter(([replica]) => present.has(replica));
      return left.length === state.replicas.size ? state : { replicas: new Map(left) };
    }
    if (observation.kind === "manifest") {
      const known = knownOf(state, observation.scope);
      return put(state, { ...known, hashDiffers: !observation.manifest.matches });
    }
    if (observation.kind === "self-retrieval") {
      const known = knownOf(state, observation.scope);
      const { view } = observation;
      const sum = bernoulliStep(known.sum, missesOf(view), view.checked, RULE);
      return put(state, { ...known, sum, last: view });
    }
    return state;
  },
  signals: (state) => [...state.replicas.values()].flatMap(signalsOf),
  forget(state, replica) {
    const known = replica === null ? undefined : state.replicas.get(replica);
    return known === undefined ? state : put(state, { ...known, hashDiffers: false, sum: 0 });
  },
};

/**
 * Does this one look alone make damage likelier than chance does? The confirming look need not fill the whole sum
 * again: its evidence comes beside that of the signal.
 */
export function looksDamaged(view: SelfRetrievalView): boolean {
  return bernoulliStep(0, missesOf(view), view.checked, RULE) >= NUMBERS.selfRetrieval.secondLook;
}

function missesOf({ share, checked }: SelfRetrievalView): number {
  return Math.round((1 - share) * checked);
}

function knownOf(state: IndexState, scope: ReplicaScope): ReplicaIndex {
  const start = { scope, hashDiffers: false, sum: 0, last: { share: 1, checked: 0 } };
  return state.replicas.get(scope.replica) ?? start;
}

function put(state: IndexState, known: ReplicaIndex): IndexState {
  return { replicas: withEntry(state.replicas, known.scope.replica, known) };
}

function signalsOf(known: ReplicaIndex): readonly Signal[] {
  const { scope, hashDiffers, sum, last } = known;
  const signals: Signal[] = [];
  if (hashDiffers) {
    signals.push({ name: "index-hash-differs", scope, says: "the index file is not byte for byte what was written" });
  }
  // With the file's hash as the other signal one low look is enough.
  if (sum > RULE.limit || (hashDiffers && looksDamaged(last))) {
    const says =
      `found ${(100 * last.share).toFixed(0)} % of ${last.checked} of its own vectors in the last look, ` +
      `CUSUM ${sum.toFixed(1)} against ${RULE.limit.toFixed(1)}`;
    // With the hash beside it the sum need not have reached its limit, and no limit is raised against it.
    signals.push({ name: "self-retrieval-low", scope, says, ...(!hashDiffers && { strength: sum / RULE.limit }) });
  }
  return signals;
}

// Finds an index that still answers but no longer holds what was written: by the file's hash and by what it finds of
// itself.
import type { ReplicaScope, Signal } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import type { Detector } from "./detector.ts";
import { withEntry } from "./detector.ts";
import { median, slide } from "./robust.ts";

interface ReplicaIndex {
  readonly scope: ReplicaScope;
  readonly hashDiffers: boolean;
  /** Shares of good looks. */
  readonly baseline: readonly number[];
  readonly lowLooks: number;
  readonly lastShare: number;
}

export interface IndexState {
  readonly replicas: ReadonlyMap<string, ReplicaIndex>;
}

const RULE = NUMBERS.selfRetrieval;

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
      return put(state, afterLook(knownOf(state, observation.scope), observation.view.share));
    }
    return state;
  },
  signals: (state) => [...state.replicas.values()].flatMap(signalsOf),
  forget(state, replica) {
    const known = replica === null ? undefined : state.replicas.get(replica);
    return known === undefined ? state : put(state, { ...known, hashDiffers: false, lowLooks: 0 });
  },
};

/** Is this share of self-retrieval below what was usual by more than chance allows? Without a usual value: below 1. */
export function isLowShare(share: number, baseline: readonly number[]): boolean {
  return share < (baseline.length === 0 ? 1 : median(baseline)) - RULE.drop;
}

function afterLook(known: ReplicaIndex, share: number): ReplicaIndex {
  if (isLowShare(share, known.baseline)) return { ...known, lowLooks: known.lowLooks + 1, lastShare: share };
  return { ...known, lowLooks: 0, lastShare: share, baseline: slide(known.baseline, share, RULE.baselineLooks) };
}

function knownOf(state: IndexState, scope: ReplicaScope): ReplicaIndex {
  const start = { scope, hashDiffers: false, baseline: [], lowLooks: 0, lastShare: 1 };
  return state.replicas.get(scope.replica) ?? start;
}

function put(state: IndexState, known: ReplicaIndex): IndexState {
  return { replicas: withEntry(state.replicas, known.scope.replica, known) };
}

function signalsOf(known: ReplicaIndex): readonly Signal[] {
  const { scope, hashDiffers, lowLooks, lastShare, baseline } = known;
  const signals: Signal[] = [];
  if (hashDiffers) {
    signals.push({ name: "index-hash-differs", scope, says: "the index file is not byte for byte what was written" });
  }
  // With the file's hash as the other signal one low look is enough.
  if (lowLooks >= RULE.misses || (hashDiffers && lowLooks > 0)) {
    const usual = baseline.length === 0 ? 1 : median(baseline);
    const says = `finds ${(100 * lastShare).toFixed(0)} % of its own vectors, usual ${(100 * usual).toFixed(0)} %`;
    signals.push({ name: "self-retrieval-low", scope, says });
  }
  return signals;
}

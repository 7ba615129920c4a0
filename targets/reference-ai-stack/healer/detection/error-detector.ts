// Finds a replica that is alive but fails most of what it is asked. Nothing here knows why: such an incident is for
// people.
import type { Signal } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import type { Detector } from "./detector.ts";
import { withEntry } from "./detector.ts";
import { newSamples } from "./new-samples.ts";

interface ReplicaErrors {
  readonly service: string;
  readonly lastSeq: number;
  readonly pending: readonly boolean[];
  /** Bins in a row in which at least half of the requests failed. */
  readonly badBins: number;
}

export interface ErrorState {
  readonly replicas: ReadonlyMap<string, ReplicaErrors>;
}

const RULE = NUMBERS.errors;

/** `errors-high` per upstream replica. Slower than the hard probe on purpose, which knows more about a dead replica. */
export const errorDetector: Detector<ErrorState> = {
  initial: { replicas: new Map() },
  take(state, observation) {
    if (observation.kind !== "traffic") return state;
    // Only those that the gateway still calls: nothing stands against a replica that was taken out.
    const replicas = new Map<string, ReplicaErrors>();
    for (const view of observation.upstreams) {
      const start = { service: view.service, lastSeq: -1, pending: [], badBins: 0 };
      const known = state.replicas.get(view.replica) ?? start;
      const { fresh, lastSeq } = newSamples(view, known.lastSeq);
      const pending = [...known.pending, ...fresh.map((sample) => sample.ok)];
      replicas.set(view.replica, closeBin({ ...known, lastSeq, pending }));
    }
    return { replicas };
  },
  signals: (state) =>
    [...state.replicas.entries()]
      .filter(([, known]) => known.badBins >= RULE.bins)
      .map(([id, known]) => signal(id, known)),
  forget(state, replica) {
    const known = replica === null ? undefined : state.replicas.get(replica);
    if (known === undefined || replica === null) return state;
    return { replicas: withEntry(state.replicas, replica, { ...known, pending: [], badBins: 0 }) };
  },
};

function closeBin(known: ReplicaErrors): ReplicaErrors {
  if (known.pending.length < RULE.binSamples) return known;
  const failed = known.pending.filter((ok) => !ok).length;
  const bad = failed / known.pending.length >= RULE.share;
  return { ...known, pending: [], badBins: bad ? known.badBins + 1 : 0 };
}

function signal(replica: string, known: ReplicaErrors): Signal {
  const scope = { service: known.service, replica };
  return {
    name: "errors-high",
    scope,
    says: `at least half of its requests failed in ${known.badBins} samples in a row`,
  };
}

// Finds an index that still answers but no longer holds what was written: by the file's hash, by what it finds of
// itself, by the vectors that it gives back, by a digest over all of these, by the shape of its answers and by how many
// rows can be found.
import type { ReplicaScope, Signal } from "../nouns.ts";
import type { ManifestView, SelfRetrievalView } from "../telemetry/vector-views.ts";
import { NUMBERS } from "../numbers.ts";
import { bernoulliStep } from "./bernoulli-cusum.ts";
import type { Detector } from "./detector.ts";
import { withEntry } from "./detector.ts";
import { agreeingWith, deadInWords, oddCentroid, oddCount, oddDigest, oddLengths, oddShape } from "./index-shape.ts";
import { LIMITS } from "./limits.ts";
import { NO_RECORDS, recordsAfter, recordsApart, type RecordsSeen } from "./records-apart.ts";

interface ReplicaIndex {
  readonly scope: ReplicaScope;
  readonly manifest: ManifestView;
  /** Bernoulli CUSUM over the rows that did not find themselves, nats: by vectors held outside the index. */
  readonly sum: number;
  /** The same by the vectors that the index gives back. */
  readonly internalSum: number;
  readonly last: SelfRetrievalView;
  readonly records: RecordsSeen;
}

export interface IndexState {
  readonly replicas: ReadonlyMap<string, ReplicaIndex>;
}

const RULE = { ...LIMITS.selfRetrieval, p1: NUMBERS.selfRetrieval.p1 };

/** What speaks for a damaged index, per vector replica. */
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
      const { manifest } = observation;
      const siblings = [...siblingsOf(known, state).values()].map((one) => one.records);
      return put(state, { ...known, manifest, records: recordsAfter(known.records, manifest.digests, siblings) });
    }
    if (observation.kind === "self-retrieval") {
      const known = knownOf(state, observation.scope);
      const { view } = observation;
      return put(state, { ...known, ...sumsAfter(known, view), last: view });
    }
    return state;
  },
  signals: ({ replicas }) => [
    ...[...replicas.values()].flatMap((known) => signalsOf(known, siblingsOf(known, { replicas }))),
    ...recordsApart([...replicas.values()]),
  ],
  forget(state, replica) {
    const known = replica === null ? undefined : state.replicas.get(replica);
    return known === undefined ? state : put(state, { ...AT_REST, scope: known.scope });
  },
};

/**
 * Does this one look alone make damage likelier than chance does? The confirming look need not fill the whole sum
 * again: its evidence comes beside that of the signal.
 */
export function looksDamaged(view: SelfRetrievalView): boolean {
  const { sum, internalSum } = sumsAfter(AT_REST, view);
  return Math.max(sum, internalSum) >= NUMBERS.selfRetrieval.secondLook || (view.differing ?? 0) > 0;
}

const AT_REST = {
  manifest: { matches: true, rows: 0 },
  sum: 0,
  internalSum: 0,
  last: { share: 1, checked: 0 },
  records: NO_RECORDS,
} as const;

function sumsAfter(before: Pick<ReplicaIndex, "sum" | "internalSum">, view: SelfRetrievalView) {
  const after = (sum: number, { share, checked }: { readonly share: number; readonly checked: number }): number =>
    bernoulliStep(sum, Math.round((1 - share) * checked), checked, RULE);
  return { sum: after(before.sum, view), internalSum: after(before.internalSum, view.internal ?? AT_REST.last) };
}

function knownOf(state: IndexState, scope: ReplicaScope): ReplicaIndex {
  return state.replicas.get(scope.replica) ?? { ...AT_REST, scope };
}

function put(state: IndexState, known: ReplicaIndex): IndexState {
  return { replicas: withEntry(state.replicas, known.scope.replica, known) };
}

function siblingsOf({ scope }: ReplicaIndex, { replicas }: IndexState): ReadonlyMap<string, ReplicaIndex> {
  return new Map(
    [...replicas].filter(([replica, one]) => replica !== scope.replica && one.scope.service === scope.service),
  );
}

function signalsOf(known: ReplicaIndex, siblings: ReadonlyMap<string, ReplicaIndex>): readonly Signal[] {
  const { scope, manifest, last } = known;
  const signals: Signal[] = [];
  const hashDiffers = !manifest.matches;
  if (hashDiffers) {
    signals.push({ name: "index-hash-differs", scope, says: "the index file is not byte for byte what was written" });
  }
  if (manifest.trouble !== undefined) signals.push({ name: "manifest-unreadable", scope, says: manifest.trouble });
  const differing = last.differing ?? 0;
  if (differing > 0) {
    const says = `of ${last.checked} rows ${differing} have another vector in the index than in the record store`;
    signals.push({ name: "stored-vectors-differ", scope, says });
  }
  const digest = oddDigest(manifest);
  if (digest !== null) {
    signals.push({ name: "replica-digests-differ", scope, says: `${digest}${agreeingWith(manifest, siblings)}` });
  }
  const centroid = oddCentroid(manifest);
  if (centroid !== null) signals.push({ name: "centroid-moved", scope, says: centroid });
  const lengths = oddLengths(manifest);
  if (lengths !== null) signals.push({ name: "lengths-odd", scope, says: lengths });
  const count = oddCount(manifest);
  if (count !== null) signals.push({ name: "rows-not-retrievable", scope, says: count });
  const shape = last.shape === undefined ? null : oddShape(last.shape);
  if (shape !== null) signals.push({ name: "answers-misshapen", scope, says: shape });
  const sum = Math.max(known.sum, known.internalSum);
  // With another sign of damage beside it one low look is enough.
  const isAlone = signals.length === 0;
  if (sum > RULE.limit || (!isAlone && looksDamaged({ ...last, differing: 0 }))) {
    const says = `${retrievalInWords(last)} in the last look, CUSUM ${sum.toFixed(1)} against ${RULE.limit.toFixed(1)}`;
    // With the others beside it the sum need not have reached its limit, and no limit is raised against it.
    signals.push({ name: "self-retrieval-low", scope, says, ...(isAlone && { strength: sum / RULE.limit }) });
  }
  if (manifest.writeRefused !== undefined) signals.push(writesRefused(scope, manifest.writeRefused));
  const dead = deadInWords(manifest);
  if (dead !== null) signals.push({ name: "rows-dead", scope, says: dead });
  return signals;
}

/** Its disk took nothing the last time. */
function writesRefused(scope: ReplicaScope, reason: string): Signal {
  return { name: "writes-refused", scope, says: `its disk refused the newest write: ${reason}` };
}

/** Both numbers of one look. */
export function retrievalInWords({ share, checked, internal }: SelfRetrievalView): string {
  const outside = `found ${(100 * share).toFixed(0)} % of ${checked} of its own vectors`;
  if (internal === undefined) return outside;
  return `${outside} by the record store's, ${(100 * internal.share).toFixed(0)} % of ${internal.checked} by those that the index gives back`;
}

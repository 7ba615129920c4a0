// Finds an embedder that no longer embeds as it did: texts that never change must keep their vectors, both from the
// model and as users get them.
import type { ReplicaScope, Signal } from "../nouns.ts";
import type { EmbeddedTexts } from "../telemetry/read-stored.ts";
import type { Detector } from "./detector.ts";
import { withEntry } from "./detector.ts";
import { frozenTexts } from "./drift/frozen-texts.ts";
import { compareEmbeddings } from "./drift/reembed.ts";
import type { Reembedding } from "./drift/reembed.ts";

interface Way {
  /** By the text's place: the similarity of its two vectors at the last look. */
  readonly similarities: ReadonlyMap<number, number>;
  /** Those whose vectors differ by more than rounding. */
  readonly changed: ReadonlySet<number>;
}

interface ReplicaEmbeddings {
  readonly scope: ReplicaScope;
  readonly fresh: Way;
  readonly served: Way;
}

export interface EmbeddingState {
  readonly replicas: ReadonlyMap<string, ReplicaEmbeddings>;
}

const UNSEEN: Way = { similarities: new Map(), changed: new Set() };
const KEPT = frozenTexts();

/**
 * As long as the last look at some text found it changed: `embedding-drifts` where the model computes another vector,
 * else `kept-vectors-stale`, since only what users get is another one.
 */
export const embeddingDetector: Detector<EmbeddingState> = {
  initial: { replicas: new Map() },
  take(state, observation) {
    if (observation.kind === "roll-call") {
      const present = new Set(observation.replicas.map(({ replica }) => replica));
      const left = [...state.replicas].filter(([replica]) => present.has(replica));
      return left.length === state.replicas.size ? state : { replicas: new Map(left) };
    }
    if (observation.kind !== "embeddings") return state;
    const { scope, fresh, texts } = observation;
    const known = state.replicas.get(scope.replica) ?? { scope, fresh: UNSEEN, served: UNSEEN };
    const which = fresh ? "fresh" : "served";
    const next = { ...known, [which]: afterLook(known[which], texts) };
    return { replicas: withEntry(state.replicas, scope.replica, next) };
  },
  signals: ({ replicas }) => [...replicas.values()].flatMap(signalsOf),
  // Whatever was done or not: the next look tells whether the texts have their vectors again.
  forget: (state) => state,
};

/** Vectors of now beside those that were kept. Undefined for no texts. */
export function compareWithKept({ places, vectors }: EmbeddedTexts): Reembedding | undefined {
  if (places.length === 0 || vectors.length !== places.length) return undefined;
  return compareEmbeddings(
    places.map((place) => KEPT[place]?.vector ?? new Float32Array()),
    vectors,
  );
}

function afterLook(before: Way, texts: EmbeddedTexts): Way {
  const compared = compareWithKept(texts);
  if (compared === undefined) return before;
  const similarities = new Map(before.similarities);
  const changed = new Set(before.changed);
  texts.places.forEach((place, i) => {
    similarities.set(place, compared.similarities[i] ?? -1);
    if (compared.changed.includes(i)) changed.add(place);
    else changed.delete(place);
  });
  return { similarities, changed };
}

function signalsOf({ scope, fresh, served }: ReplicaEmbeddings): readonly Signal[] {
  const ways = [
    { way: fresh, by: "as the model computes them" },
    { way: served, by: "as users get them" },
  ].filter(({ way }) => way.changed.size > 0);
  if (ways.length === 0) return [];
  const says = ways.map(({ way, by }) => {
    const least = Math.min(...[...way.changed].map((place) => way.similarities.get(place) ?? -1));
    return `${way.changed.size} of ${way.similarities.size} frozen texts have other vectors ${by}, least cosine ${least.toFixed(3)}`;
  });
  const name = fresh.changed.size > 0 ? "embedding-drifts" : "kept-vectors-stale";
  return [{ name, scope, says: says.join("; ") }];
}

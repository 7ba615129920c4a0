// Finds documents that were embedded by another model than the one of now: the embedder gives their texts other vectors
// than are stored, while texts that never change have theirs.
import type { ReplicaScope } from "../nouns.ts";
import type { StoredTexts } from "../telemetry/read-stored.ts";
import type { Detector } from "./detector.ts";
import { withEntry } from "./detector.ts";

interface Seen {
  readonly scope: ReplicaScope;
  readonly view: StoredTexts;
}

export interface StoredTextsState {
  readonly looks: ReadonlyMap<string, Seen>;
}

/**
 * As long as the newest look at some replica finds such a passage. It stands against the service: each replica has the
 * same documents, and was given the same vectors.
 */
export const storedTextsDetector: Detector<StoredTextsState> = {
  initial: { looks: new Map() },
  take(state, observation) {
    if (observation.kind === "roll-call") {
      const present = new Set(observation.replicas.map(({ replica }) => replica));
      const left = [...state.looks].filter(([replica]) => present.has(replica));
      return left.length === state.looks.size ? state : { looks: new Map(left) };
    }
    if (observation.kind !== "stored-texts") return state;
    const { scope, view } = observation;
    return { looks: withEntry(state.looks, scope.replica, { scope, view }) };
  },
  signals({ looks }) {
    const odd = [...looks.values()].filter(({ view }) => view.differing > 0);
    const [first] = odd;
    if (first === undefined) return [];
    const says = odd.map(({ scope, view }) => `${scope.replica}: ${storedTextsInWords(view)}`).join("; ");
    return [{ name: "texts-embed-otherwise", scope: { service: first.scope.service }, says }];
  },
  // Whatever was done or not: the next look tells.
  forget: (state) => state,
};

export function storedTextsInWords({ checked, differing, leastSimilarity, models }: StoredTexts): string {
  const of = `of ${checked} stored passages ${differing} have another vector than their text has now`;
  if (differing === 0) return of;
  const by = models.length === 0 ? "" : `, by their lineage of ${models.join(" and ")}`;
  return `${of}, least cosine ${leastSimilarity.toFixed(3)}${by}`;
}

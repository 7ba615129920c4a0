// What a life's healer sees besides the replica that is ill, so that the way of each pathway finds what it needs: a
// pathway whose way finds nothing is not taken, and nothing of it would be killed.
import { frozenTexts } from "../../../targets/reference-ai-stack/healer/detection/drift/frozen-texts.ts";
import type { Eyes, ReplicaEntry, UpstreamView } from "../../../targets/reference-ai-stack/healer/nouns.ts";
import type { IngestionLook } from "../../../targets/reference-ai-stack/healer/telemetry/read-ingestion.ts";

const SOURCE = "docs";
const BEHIND_MS = 9000;

const WELL: IngestionLook = {
  lagMs: 0,
  freshWithinMs: 3000,
  atOnce: 1,
  mostAtOnce: 8,
  held: [],
  writeRefused: null,
  spareCopies: 3,
  spareTags: [],
  quarantined: [],
  head: null,
  tags: {},
  suspects: [],
};

function failing(kind: "quality" | "schema", mapping: Readonly<Record<string, string>> | null): Partial<IngestionLook> {
  const said = { attempts: 2, reason: "for this test", nextInMs: 0, waitsFor: null };
  return { head: { seq: 1, source: SOURCE, batch: "b-1", kind, ...said, mapping: mapping && { ...mapping } } };
}

function suspect(seq: number): IngestionLook["suspects"][number] {
  return { seq, source: SOURCE, batch: `b-${seq}`, says: "for this test" };
}

/** What is wrong with the ingestion, by the pathway that mends it. */
const ILL: ReadonlyMap<string, Partial<IngestionLook>> = new Map([
  ["retry-with-backoff", {}],
  ["scale-ingestion", {}],
  ["prune-copies", {}],
  ["release-source", { held: [{ source: SOURCE, batches: 1, waitedMs: BEHIND_MS, isStale: true }] }],
  ["dead-letter", failing("quality", null)],
  ["repair-schema", failing("schema", { body: "text" })],
  ["rollback-checkpoint", { suspects: [suspect(1)] }],
  ["quarantine-source", { suspects: [suspect(1), suspect(2)] }],
]);

/** Null for pathways that have nothing to do with the ingestion. */
export function ingestionSeen(pathway: string, isWell: boolean): IngestionLook | null {
  const ill = ILL.get(pathway);
  if (ill === undefined) return null;
  return isWell ? WELL : { ...WELL, lagMs: BEHIND_MS, ...ill };
}

/** The frozen texts as they were always embedded; ill, of the pathway that puts the model back, all as another one. */
export function embeddingsSeen(
  pathway: string,
  isWell: boolean,
  places: readonly number[],
): Awaited<ReturnType<Eyes["embeddings"]>> {
  const kept = frozenTexts();
  const isOther = pathway === "restore-model" && !isWell;
  const vectorAt = (place: number): Float32Array => kept[place]?.vector ?? new Float32Array();
  return { places, vectors: places.map((place) => vectorAt(isOther ? (place + 1) % kept.length : place)) };
}

/** What is stored was embedded by another model, until it is well. */
export function storedSeen(isWell: boolean): Awaited<ReturnType<Eyes["storedTexts"]>> {
  return { checked: 20, differing: isWell ? 0 : 20, leastSimilarity: isWell ? 1 : 0, models: [] };
}

/** No good copy is left where the index is built from the records. */
export function hasCopies(pathway: string): boolean {
  return pathway !== "rebuild-from-records";
}

/** The version that is tried out, as long as it is, and the stable one. */
const [TRIED, STABLE] = ["v-2", "v-1"];

/**
 * Its model is the stack's own, where that can be put back; no more replicas may join, where the load is shed for that;
 * a version is tried out, where it can be withdrawn.
 */
export function entryOf(pathway: string, isWell: boolean): Pick<ReplicaEntry, "ownModel" | "most" | "models"> {
  if (pathway === "restore-model") return { ownModel: true };
  if (pathway === "shed-load") return { most: 1 };
  if (pathway !== "rollback-model") return {};
  return { models: { stable: STABLE, canary: isWell ? null : { version: TRIED, share: 0.1 }, before: [] } };
}

/** Users' requests that were answered lately: by them a service knows how many replicas it needs. */
export function answeredLately(pathway: string): UpstreamView["recent"] {
  return pathway === "scale-inference" ? [{ seq: 1, ms: 5, ok: true }] : [];
}

/** What the signal is about, where a way asks for that. */
export function aboutIn(pathway: string): { readonly about?: string } {
  return pathway === "rollback-model" ? { about: TRIED } : {};
}

/** The stable version answers golden questions right; nothing is seen of users' answers. */
export const MODELS_SEEN: Eyes["models"] = {
  answers: async () => null,
  goldens: async (_port, _version, places) => places.map(() => ({ model: STABLE, right: true, ms: 50 })),
};

/** Who guesses at the gateway's door until the address is turned away. */
export function sourceSeen(isWell: boolean) {
  const tried = { tried: 40, refused: 40, guesses: 40, refusedInAll: 40 };
  return { source: "127.0.0.66", ...tried, blockedMs: isWell ? 60_000 : 0 };
}

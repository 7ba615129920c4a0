// Passages of a vector replica, embedded again: do their texts still have the vectors that are stored?
import { compareWithKept } from "../detection/embedding-detector.ts";
import { compareEmbeddings } from "../detection/drift/reembed.ts";
import { frozenTexts } from "../detection/drift/frozen-texts.ts";
import type { Eyes } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import { askJson } from "./http-json.ts";
import { readEmbeddings } from "./read-answer.ts";
import { readStoredPassages, type StoredTexts } from "./read-stored.ts";

type Embed = (port: number, texts: readonly string[], fresh: boolean) => Promise<readonly Float32Array[] | null>;

/** Vectors of texts; `fresh`: by the model, whatever a cache has. Null: not all were seen. */
export const embedTexts: Embed = async (port, input, fresh) => {
  const body = { input, encoding_format: "base64" };
  const call = { port, path: "/v1/embeddings", method: "POST" as const, body, fresh, kept: true };
  const answer = await askJson({ ...call, timeoutMs: NUMBERS.timeoutMs.embeddings });
  const vectors = answer.kind === "answered" && answer.status === 200 ? readEmbeddings(answer.body) : null;
  return vectors?.length === input.length ? vectors : null;
};

/**
 * Null, too, while texts that never change have other vectors: then the embedder is what is wrong, and nothing can be
 * held against what is stored.
 */
export function createAskStored(embed: Embed = embedTexts): Eyes["storedTexts"] {
  let turn = 0;
  return async (port, embedderPort, fresh) => {
    turn += 1;
    const path = `/records/embedded?n=${NUMBERS.storedTexts.ofEach}&seed=${turn}&encoding_format=base64`;
    const answer = await askJson({ port, path, timeoutMs: NUMBERS.timeoutMs.storedTexts, kept: true });
    const passages = answer.kind === "answered" && answer.status === 200 ? readStoredPassages(answer.body) : null;
    if (passages === null || passages.length === 0) return null;
    const places = frozenPlaces(fresh, turn);
    const frozen = places.map((place) => frozenTexts()[place]?.text ?? "");
    // All at once: of so many texts that are kept, most of what a call costs is that it is made.
    const vectors = await embed(embedderPort, [...frozen, ...passages.map(({ embeds }) => embeds)], fresh);
    if (vectors === null) return null;
    const compared = compareWithKept({ places, vectors: vectors.slice(0, places.length) });
    const isSound = compared !== undefined && compared.changed.length === 0;
    return isSound ? viewOf(passages, vectors.slice(places.length)) : null;
  };
}

/**
 * Frozen texts that show whether the embedder is sound. All are asked of the model; as users get them a few will do, in
 * turn, since a model that was replaced knows none of them, and gives each another vector.
 */
function frozenPlaces(fresh: boolean, turn: number): readonly number[] {
  const all = frozenTexts().map((_, place) => place);
  const few = NUMBERS.embeddings.freshTexts;
  const from = (turn * few) % all.length;
  return fresh ? all : all.slice(from, from + few);
}

function viewOf(
  passages: NonNullable<ReturnType<typeof readStoredPassages>>,
  vectors: readonly Float32Array[],
): StoredTexts {
  const { checked, changed, leastSimilarity } = compareEmbeddings(
    passages.map(({ vector }) => vector),
    vectors,
  );
  const models = new Set(changed.flatMap((at) => passages[at]?.model ?? []));
  return { checked, differing: changed.length, leastSimilarity, models: [...models].toSorted() };
}

// Embedding stored passages anew: the embedder's vectors are held against those of each vector replica's record store,
// what differs is asked of the model itself, laid beside the record store and taken at once; then an index whose file
// holds one of those is made anew, beside the one that serves. Searches are answered all the while.
import { z } from "zod";
import { messageOf } from "../common/log.ts";
import type { StackConfig } from "../config.ts";
import { askJson } from "../healer/telemetry/http-json.ts";
import { readEmbeddings } from "../healer/telemetry/read-answer.ts";
import { replicaFiles } from "../vector/layout.ts";
import { layVectors, readPassages, type EmbeddedPassage, type LaidVectors } from "../vector/reembedding.ts";
import { sameVector } from "../vector/same-vector.ts";
import { readManifest } from "../vector/snapshot.ts";
import type { Child } from "./child.ts";
import type { RestoreAnswer } from "./restore-index.ts";

type ReembedAnswer =
  | {
      readonly ok: true;
      /** Passages of the record store. */
      readonly passages: number;
      /** Of these, so many have other vectors now. */
      readonly changed: number;
    }
  | { readonly ok: false; readonly status: 409 | 500 | 502; readonly reason: string };

/** Texts by one call: out of the embedder's cache, and by the model, some 30 ms of a core each. */
const AT_ONCE = { cached: 128, fresh: 16 } as const;
const EMBED_TIMEOUT_MS = 20_000;
const TAKE_TIMEOUT_MS = 10_000;

/** Asks an embedder, and remembers by text what its model said. */
interface TextEmbedder {
  /** Vectors by text. Rejects where not all came, or they are of another model than that. */
  readonly vectors: (
    texts: readonly string[],
    fresh: boolean,
    model: string,
  ) => Promise<ReadonlyMap<string, Float32Array>>;
}

export function openTextEmbedder(port: number): TextEmbedder {
  const known = { cached: new Map<string, Float32Array>(), fresh: new Map<string, Float32Array>() };
  const ask = async (input: readonly string[], fresh: boolean, model: string): Promise<readonly Float32Array[]> => {
    const body = { input, encoding_format: "base64" };
    const call = { port, path: "/v1/embeddings", method: "POST" as const, body, fresh, timeoutMs: EMBED_TIMEOUT_MS };
    const answer = await askJson(call);
    if (answer.kind !== "answered") throw new Error(`the embedder did not answer: ${answer.says}`);
    if (answer.status !== 200) throw new Error(`the embedder answered ${answer.status}: ${answer.text.slice(0, 200)}`);
    const named = z.object({ model: z.string() }).safeParse(answer.body).data?.model;
    if (named !== model)
      throw new Error(`the embedder embeds by ${named ?? "a model without a name"}; the index is of ${model}`);
    const vectors = readEmbeddings(answer.body);
    if (vectors?.length !== input.length) throw new Error(`the embedder gave other than ${input.length} vectors`);
    return vectors;
  };
  return {
    async vectors(texts, fresh, model) {
      const way = fresh ? "fresh" : "cached";
      const missing = [...new Set(texts)].filter((text) => !known[way].has(text));
      for (let from = 0; from < missing.length; from += AT_ONCE[way]) {
        const some = missing.slice(from, from + AT_ONCE[way]);
        const vectors = await ask(some, fresh, model);
        some.forEach((text, n) => known[way].set(text, vectors[n] ?? new Float32Array()));
      }
      return known[way];
    },
  };
}

/** Passages whose vector is not the one that the model makes of their text, with that one. */
async function embeddedOtherwise(
  passages: readonly EmbeddedPassage[],
  embedder: TextEmbedder,
  model: string,
): Promise<readonly EmbeddedPassage[]> {
  const differing = async (among: readonly EmbeddedPassage[], fresh: boolean): Promise<readonly EmbeddedPassage[]> => {
    const vectors = await embedder.vectors(
      among.map(({ embeds }) => embeds),
      fresh,
      model,
    );
    return among.flatMap((passage) => {
      const vector = vectors.get(passage.embeds) ?? new Float32Array();
      return sameVector(passage.vector, vector) && (passage.model ?? model) === model ? [] : [{ ...passage, vector }];
    });
  };
  // A cache may be wrong, too: what it makes doubtful the model decides.
  const doubtful = new Set((await differing(passages, false)).map(({ id }) => id));
  return differing(
    passages.filter(({ id }) => doubtful.has(id)),
    true,
  );
}

interface How {
  readonly config: StackConfig;
  /** Towards vector replicas. */
  readonly reloadToken: string;
  /** Makes its index anew of its records, beside the one that serves. */
  readonly rebuild: () => Promise<RestoreAnswer>;
}

/** Call it in the replica's turn. */
export async function reembedReplica(
  child: Pick<Child, "spec" | "pid">,
  embedder: TextEmbedder,
  { config, reloadToken, rebuild }: How,
): Promise<ReembedAnswer> {
  const { replica, port } = child.spec;
  if (child.pid() === null) return { ok: false, status: 409, reason: `${replica} has no process that could take them` };
  const files = replicaFiles(config.dataDir, replica, config.vectorEngine);
  try {
    const { model } = readManifest(files);
    const passages = readPassages(files.records);
    const fresh = await embeddedOtherwise(passages, embedder, model);
    if (fresh.length === 0) return { ok: true, passages: passages.length, changed: 0 };
    const laid = await layVectors(files.records, fresh);
    const taken = await take(port, { model, laid }, reloadToken);
    if (typeof taken === "string") return { ok: false, status: 502, reason: `${replica} ${taken}` };
    // What came in since the file was made lies behind it, and is right there already.
    const made = taken.inFile === 0 ? null : await rebuild();
    if (made?.ok === false)
      return { ok: false, status: made.status, reason: `its records are right, but ${made.reason}` };
    return { ok: true, passages: passages.length, changed: fresh.length };
  } catch (error) {
    return { ok: false, status: 500, reason: `${replica} was left as it was: ${messageOf(error)}` };
  }
}

const takenBody = z.object({ inFile: z.number() });

/** Of the vectors that the replica took, so many rows lie in its index's file; or why it took none. */
async function take(port: number, body: LaidVectors, token: string): Promise<string | z.infer<typeof takenBody>> {
  const call = { port, path: "/reembed", method: "POST" as const, body, token, timeoutMs: TAKE_TIMEOUT_MS };
  const answer = await askJson(call);
  if (answer.kind !== "answered") return `did not take them: ${answer.says}`;
  const taken = answer.status === 200 ? takenBody.safeParse(answer.body).data : undefined;
  return taken ?? `answered ${answer.status}: ${answer.text.slice(0, 200)}`;
}

// What the services behind the ingestion answer, looked at before anything is made of it: an answer of another form is
// the service's own trouble, and no document's.
import { z } from "zod";
import { nameSchema } from "../common/text-schema.ts";
import { vectorSchema } from "../vector/vector-schema.ts";
import { BatchFailure } from "./records.ts";

const embeddings = z.object({
  model: nameSchema,
  data: z.array(z.object({ index: z.int().exactOptional(), embedding: z.array(z.number()) })),
});
/** Defaults: what a document of the corpus says of itself when it is written again. */
const storedDocument = z.object({
  version: z.int().min(0).default(0),
  source: z.string().default("corpus"),
  batch: z.string().default("snapshot"),
  schema: z.int().min(0).default(0),
  model: z.string().default("unknown"),
  tags: z.array(z.string()).default(["public"]),
  passages: z.array(z.object({ id: z.string(), title: z.string(), text: z.string(), vector: z.array(z.number()) })),
});

/** One version of a document as a vector replica has it. */
export interface StoredDocument {
  readonly version: number;
  readonly source: string;
  readonly batch: string;
  readonly schema: number;
  readonly model: string;
  readonly tags: readonly string[];
  readonly passages: readonly {
    readonly id: string;
    readonly title: string;
    readonly text: string;
    readonly vector: readonly number[];
  }[];
}

/** One vector for each of so many texts, in their order, and the model's name. Throws {@link BatchFailure}. */
export function embeddingsIn(
  body: unknown,
  texts: number,
): { readonly model: string; readonly vectors: readonly (readonly number[])[] } {
  const who = "the embedder";
  const { model, data } = formed(embeddings, body, who);
  if (data.length !== texts) throw ofAnotherForm(who, `${data.length} vectors for ${texts} texts`);
  for (const [n, { index = n, embedding }] of data.entries()) {
    if (index !== n) throw ofAnotherForm(who, `vector ${index} in the place of vector ${n}`);
    const parsed = vectorSchema.safeParse(embedding);
    if (!parsed.success) throw ofAnotherForm(who, `vector ${n}: ${parsed.error.issues[0]?.message ?? ""}`);
  }
  return { model, vectors: data.map(({ embedding }) => embedding) };
}

const searched = z.object({ results: z.array(z.array(z.object({ id: z.string(), score: z.number() }))) });

/** For each of so many vectors what a search found, the nearest first. Throws {@link BatchFailure}. */
export function hitsIn(
  body: unknown,
  vectors: number,
): readonly (readonly { readonly id: string; readonly score: number }[])[] {
  const who = "a vector replica";
  const { results } = formed(searched, body, who);
  if (results.length !== vectors) throw ofAnotherForm(who, `${results.length} answers for ${vectors} vectors`);
  return results;
}

/** Throws {@link BatchFailure}. */
export function documentIn(body: unknown): StoredDocument {
  return formed(storedDocument, body, "a vector replica");
}

const outcome = z.object({ outcome: z.enum(["stored", "known", "stale"]) });

/** What became of a write: `known`: this very version was there; `stale`: a newer one was, and it stays. */
export type Outcome = z.infer<typeof outcome>["outcome"];

/** Throws {@link BatchFailure}. */
export function outcomeIn(body: unknown): Outcome {
  return formed(outcome, body, "a vector replica").outcome;
}

function formed<Of>(schema: z.ZodType<Of>, body: unknown, who: string): Of {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw ofAnotherForm(who, z.prettifyError(parsed.error).replaceAll("\n", " ").slice(0, 200));
}

/** It may answer better the next time, and no line of a batch is to blame. */
function ofAnotherForm(who: string, says: string): BatchFailure {
  return new BatchFailure("unreachable", 0, `${who} answered well, but with another form: ${says}`);
}

// What a vector replica publishes of stored passages, with the words that were embedded of each; read with suspicion,
// as all answers.
import { z } from "zod";
import { floatsIn } from "./floats-in.ts";

/** Frozen texts as a replica embeds them now. */
export interface EmbeddedTexts {
  /** Places of the texts among all frozen ones. */
  readonly places: readonly number[];
  readonly vectors: readonly Float32Array[];
}

/** Passages of a vector replica whose texts were embedded again. */
export interface StoredTexts {
  readonly checked: number;
  /** Of these, so many have another vector in the record store than their text has now. */
  readonly differing: number;
  /** Least cosine similarity of a passage's two vectors. */
  readonly leastSimilarity: number;
  /** The models that those which differ are said to come from; none where nobody says. */
  readonly models: readonly string[];
}

const passages = z.object({
  items: z.array(
    z.object({
      embeds: z.string().min(1),
      vector: z
        .string()
        .min(1)
        .transform((text, context) => {
          const vector = floatsIn(text);
          if (vector !== null && vector.length > 0) return vector;
          context.addIssue("no 32-bit floats in base64");
          return z.NEVER;
        }),
      /** Whose vector it is said to be; null: nobody says. */
      model: z.string().nullable(),
    }),
  ),
});
type StoredPassage = z.infer<typeof passages>["items"][number];

/** `GET /records/embedded?encoding_format=base64` of a vector replica; null when the body has not that shape. */
export function readStoredPassages(body: unknown): readonly StoredPassage[] | null {
  return passages.safeParse(body).data?.items ?? null;
}

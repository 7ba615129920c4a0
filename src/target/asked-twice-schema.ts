// The shape of what target.yaml says of asking the same prompt twice, out of a cache and around it.

import { z } from "zod";
import { path } from "../language/schema-parts.ts";

export const askedTwice = z
  .strictObject({
    path: path("Path at which a replica is asked, by POST; its answer is a chat completion, or one embedding."),
    headers: z
      .record(z.string(), z.string())
      .exactOptional()
      .describe("Headers of both questions, by which the target may tell them from users'; none when absent."),
    body: z
      .record(z.string(), z.unknown())
      .describe("JSON of the question; `{n}` in a text is the number of the prompt."),
    around: z
      .record(z.string(), z.unknown())
      .describe("Fields that keep a replica from answering out of a cache; `{nonce}` in a text is new each time."),
    words: z
      .array(z.string().min(1))
      .min(1)
      .exactOptional()
      .describe(
        "What each prompt is about, in turn: `{word}` in a text. For prompts that a number does not tell apart.",
      ),
    opposites: z
      .array(z.tuple([z.string().min(1), z.string().min(1)]))
      .min(1)
      .exactOptional()
      .describe(
        "Pairs of such words, as users ask about them, that are nearly the same and have other answers; for cache.opposite-answer.",
      ),
  })
  .optional()
  .describe("How one prompt is asked twice, with the cache and around it; `cache.corruption` is proved by that.");

// The bound of KV memory as clients meet it, and the door by which the supervisor has the prefix cache cleared.

import type { Hono } from "hono";
import { requireBearer } from "../common/bearer.ts";
import type { ChatMessage } from "../common/chat-request.ts";
import type { TracedEnv } from "../common/telemetry/traced.ts";
import type { Engine } from "./generate.ts";
import { BLOCK_TEXT_BYTES } from "./kv/block-file.ts";
import { TooLong } from "./kv/pool.ts";
import { blocksFor } from "./kv/prompt.ts";

/** As vLLM's endpoint of that name; what is cached is computed anew. Without a token nobody can. */
export function mountReset(app: Hono<TracedEnv>, engine: Engine, cacheToken: string | undefined): void {
  app.post("/reset_prefix_cache", requireBearer({ supervisor: cacheToken }), async (c) =>
    c.json({ cleared: await engine.clearCache() }),
  );
}

/**
 * Why a prompt can never run here, in words; null: it can. Asked before anything is made of it. `tokens`: as
 * `countTokens` has it. Words may be of any length, so its characters have a bound of their own: what the rows of
 * all blocks hold.
 */
export function whyTooLong(messages: readonly ChatMessage[], tokens: number, { kvBlocks }: Engine): string | null {
  const characters = messages.reduce((sum, { content }) => sum + content.length, 0);
  const most = kvBlocks * BLOCK_TEXT_BYTES;
  if (characters > most) return `messages: ${characters} characters, and this engine holds ${most} at most`;
  const needed = blocksFor(tokens + 1);
  return needed > kvBlocks ? `messages: ${new TooLong(needed, kvBlocks).message}` : null;
}

// The bound of KV memory as clients meet it, and the door by which the supervisor has the prefix cache cleared.

import type { Hono } from "hono";
import { requireBearer } from "../common/bearer.ts";
import type { ChatMessage } from "../common/chat-request.ts";
import { messageOf } from "../common/log.ts";
import type { TracedEnv } from "../common/telemetry/traced.ts";
import type { Engine } from "./generate.ts";
import { BLOCK_TEXT_BYTES } from "./kv/block-file.ts";
import { TooLong } from "./kv/pool.ts";
import { blocksFor } from "./kv/prompt.ts";

interface ResetParts {
  readonly engine: Engine;
  readonly cacheToken: string | undefined;
  readonly upstreamUrl?: string;
}

/**
 * As vLLM's endpoint of that name; what is cached is computed anew. Without a token nobody can. 409 where somebody else
 * answers, whose cache is out of reach; 503 when the engine is gone.
 */
export function mountReset(app: Hono<TracedEnv>, { engine, cacheToken, upstreamUrl }: ResetParts): void {
  app.post("/reset_prefix_cache", requireBearer({ supervisor: cacheToken }), async (c) => {
    if (upstreamUrl !== undefined) return c.json({ error: "an upstream answers here, and keeps its own cache" }, 409);
    try {
      return c.json({ cleared: await engine.clearCache() });
    } catch (error) {
      return c.json({ error: messageOf(error) }, 503);
    }
  });
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

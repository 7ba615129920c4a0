// The bound of KV memory as clients meet it, and the door by which the supervisor has the prefix cache cleared.

import type { Hono } from "hono";
import { requireBearer } from "../common/bearer.ts";
import type { TracedEnv } from "../common/telemetry/traced.ts";
import type { Engine } from "./generate.ts";
import { TooLong } from "./kv/pool.ts";
import { blocksFor } from "./kv/prompt.ts";

/** As vLLM's endpoint of that name; what is cached is computed anew. Without a token nobody can. */
export function mountReset(app: Hono<TracedEnv>, engine: Engine, cacheToken: string | undefined): void {
  app.post("/reset_prefix_cache", requireBearer({ supervisor: cacheToken }), async (c) =>
    c.json({ cleared: await engine.clearCache() }),
  );
}

/** Why a prompt can never run here, in words; null: it can. */
export function whyTooLong(tokens: number, { kvBlocks }: Engine): string | null {
  const needed = blocksFor(tokens + 1);
  return needed > kvBlocks ? `messages: ${new TooLong(needed, kvBlocks).message}` : null;
}

// The doors of the cache of answers: what is in it, for everybody; and its end, for the supervisor.
import type { Hono } from "hono";
import { requireBearer } from "../common/bearer.ts";
import { chatError } from "../common/chat-request.ts";
import type { TracedEnv } from "../common/telemetry/traced.ts";
import type { CacheParts } from "./kept-answers.ts";

/**
 * `GET /internal/answer-cache`, where `asked` counts chats without a wish for the cache, and
 * `POST /internal/answer-cache/clear`; both 409 where nobody keeps answers.
 */
export function mountAnswerCache(
  app: Hono<TracedEnv>,
  parts: CacheParts | undefined,
  supervisorToken: string | undefined,
): void {
  const none = chatError("no answers are kept here: STACK_CACHES=answers starts a stack that does", "no_cache");
  app.get("/internal/answer-cache", (c) =>
    parts === undefined ? c.json(none, 409) : c.json({ kept: parts.cache.count(), asked: parts.metrics.plain() }),
  );
  app.post("/internal/answer-cache/clear", requireBearer({ supervisor: supervisorToken }), (c) =>
    parts === undefined ? c.json(none, 409) : c.json({ cleared: parts.cache.clear() }),
  );
}

// The doors of the cache of answers: what is in it, for everybody; its end, and documents that have changed, for the
// supervisor and the ingestion.
import type { Hono } from "hono";
import { z } from "zod";
import { requireBearer } from "../common/bearer.ts";
import { chatError } from "../common/chat-request.ts";
import { MOST_PASSAGES } from "../common/document-limits.ts";
import { readJsonBody } from "../common/json-body.ts";
import type { TracedEnv } from "../common/telemetry/traced.ts";
import { nameSchema } from "../common/text-schema.ts";
import { vectorSchema } from "../vector/vector-schema.ts";
import type { CacheParts } from "./kept-answers.ts";

/** A changed document as the ingestion tells it: a vector for each passage that it has now. */
const changedDocument = z.strictObject({ document: nameSchema, vectors: z.array(vectorSchema).max(MOST_PASSAGES) });
/** So much of what is wrong with a body is said, characters. */
const MOST_SAID = 500;

/**
 * `GET /internal/answer-cache`, where `asked` counts chats without a wish for the cache; `GET …/given`, what users were
 * answered out of it lately; `POST …/clear`, and `POST …/documents`, which drops what one document concerns. All are
 * 409 where nobody keeps answers.
 */
export function mountAnswerCache(
  app: Hono<TracedEnv>,
  parts: CacheParts | undefined,
  { healer, ...principals }: Readonly<Record<"supervisor" | "ingestion" | "healer", string | undefined>>,
): void {
  const none = chatError("no answers are kept here: STACK_CACHES=answers starts a stack that does", "no_cache");
  const guard = requireBearer(principals);
  app.get("/internal/answer-cache", (c) =>
    parts === undefined ? c.json(none, 409) : c.json({ kept: parts.cache.count(), asked: parts.metrics.plain() }),
  );
  const looking = requireBearer({ healer, supervisor: principals.supervisor });
  app.get("/internal/answer-cache/given", looking, (c) =>
    parts === undefined ? c.json(none, 409) : c.json({ given: parts.given.list() }),
  );
  app.post("/internal/answer-cache/clear", guard, (c) =>
    parts === undefined ? c.json(none, 409) : c.json({ cleared: parts.cache.clear() }),
  );
  app.post("/internal/answer-cache/documents", guard, async (c) => {
    if (parts === undefined) return c.json(none, 409);
    const body = await readJsonBody(c.req.raw);
    if (!body.ok) return c.json(chatError(body.reason, "invalid_request_error"), body.status);
    const asked = changedDocument.safeParse(body.json);
    if (asked.success) return c.json({ dropped: parts.cache.documentChanged(asked.data) });
    const says = `expected {"document","vectors":[[…]…]}: ${z.prettifyError(asked.error)}`;
    return c.json(chatError(says.slice(0, MOST_SAID), "invalid_request_error"), 400);
  });
}

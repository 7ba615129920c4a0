// Which versions a replica has, for everybody, and the door by which the supervisor has it load others.
import { performance } from "node:perf_hooks";
import type { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { requireBearer } from "../common/bearer.ts";
import { chatError } from "../common/chat-request.ts";
import type { Logger } from "../common/log.ts";
import { loadedSchema } from "../common/model-card.ts";
import type { TracedEnv } from "../common/telemetry/traced.ts";
import type { Versions } from "./versions.ts";

interface DoorParts {
  readonly model: string;
  readonly versions?: Versions;
  readonly loadToken?: string | undefined;
  readonly log: Logger;
}

const LONGEST_BODY = 64 * 1024;

/**
 * `GET /v1/models` in OpenAI's shape, the stable one first; `PUT /internal/models` (the load token) `{stable,
 * others}`, cards: 200 with the names, 422 when one does not load, 409 where an upstream answers.
 */
export function mountVersions(app: Hono<TracedEnv>, { model, versions, loadToken, log }: DoorParts): void {
  const names = (): readonly string[] => versions?.names() ?? [model];
  app.get("/v1/models", (c) =>
    c.json({
      object: "list",
      data: names().map((id) => ({ id, object: "model", created: 0, owned_by: "reference-ai-stack" })),
    }),
  );
  const guard = requireBearer({ supervisor: loadToken });
  app.put("/internal/models", guard, bodyLimit({ maxSize: LONGEST_BODY }), async (c) => {
    const asked = loadedSchema.safeParse(await c.req.json().catch(() => undefined));
    if (!asked.success) return c.json(chatError('expected {"stable","others"} of cards', "invalid_request_error"), 400);
    if (versions === undefined) return c.json(chatError("an upstream answers here", "conflict"), 409);
    const why = versions.load(asked.data, performance.now());
    if (why !== null) return c.json(chatError(why, "unloadable"), 422);
    log.info("loaded", { models: names().join(", ") });
    return c.json({ models: names() });
  });
}

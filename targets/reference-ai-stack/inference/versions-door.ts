// Which versions a replica has, for everybody, and the door by which the supervisor has it load others.
import { performance } from "node:perf_hooks";
import type { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { z } from "zod";
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

/** What is to be loaded, by which of the supervisor's calls: one that arrives after a later one counts no more. */
const askedSchema = loadedSchema.extend({ turn: z.int().min(0) });

/**
 * `GET /v1/models` in OpenAI's shape, the stable one first; `PUT /internal/models` (the load token) `{turn, stable,
 * others}`, cards: 200 with the names and with those others that do not load; 422 when the stable one does not, 409 for
 * a turn that is over, or where an upstream answers.
 */
export function mountVersions(app: Hono<TracedEnv>, { model, versions, loadToken, log }: DoorParts): void {
  let last = 0;
  for (const { why } of versions?.leftOut() ?? []) log.error("a version was left out", { reason: why });
  const names = (): readonly string[] => versions?.names() ?? [model];
  app.get("/v1/models", (c) =>
    c.json({
      object: "list",
      data: names().map((id) => ({ id, object: "model", created: 0, owned_by: "reference-ai-stack" })),
    }),
  );
  const guard = requireBearer({ supervisor: loadToken });
  app.put("/internal/models", guard, bodyLimit({ maxSize: LONGEST_BODY }), async (c) => {
    const asked = askedSchema.safeParse(await c.req.json().catch(() => undefined));
    if (!asked.success)
      return c.json(
        chatError('expected {"turn","stable","others"}, the last two of cards', "invalid_request_error"),
        400,
      );
    if (versions === undefined) return c.json(chatError("an upstream answers here", "conflict"), 409);
    const { turn, ...loaded } = asked.data;
    if (turn < last) return c.json(chatError(`turn ${turn} is over, it is ${last}`, "conflict"), 409);
    last = turn;
    const why = versions.load(loaded, performance.now());
    if (why !== null) return c.json(chatError(why, "unloadable"), 422);
    const leftOut = versions.leftOut();
    log.info("loaded", { models: names().join(", "), leftOut: leftOut.map((one) => one.why).join("; ") });
    return c.json({ models: names(), leftOut });
  });
}

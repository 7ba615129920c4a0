// What the gateway saw of the last answers, by version, and the door by which the supervisor says how requests are
// shared between versions.
import type { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { requireBearer } from "../common/bearer.ts";
import { chatError } from "../common/chat-request.ts";
import { splitSchema } from "../common/model-card.ts";
import { waitMsIn } from "../common/prefer-wait.ts";
import type { TracedEnv } from "../common/telemetry/traced.ts";
import type { AnswerLog } from "./answers.ts";
import type { CacheParts } from "./kept-answers.ts";
import type { Splitter } from "./split.ts";

const LONGEST_BODY = 64 * 1024;

/** Without a token nobody has that principal's leave. */
interface Tokens {
  readonly supervisorToken: string | undefined;
  readonly lookToken: string | undefined;
}

/**
 * `GET /internal/answers?since=<seq>` (the healer's or the supervisor's token), which with `Prefer: wait=1` waits for
 * one; `PUT /internal/models` (the supervisor's) takes a split: 200, or 400.
 */
export function mountModels(
  app: Hono<TracedEnv>,
  {
    splitter,
    answers,
    cache,
  }: { readonly splitter: Splitter; readonly answers: AnswerLog; readonly cache?: CacheParts },
  { supervisorToken, lookToken }: Tokens,
): void {
  const looking = requireBearer({ healer: lookToken, supervisor: supervisorToken });
  app.get("/internal/answers", looking, async (c) => {
    const since = Number(c.req.query("since") ?? 0) || 0;
    const waitMs = waitMsIn(c.req.header("prefer"));
    if (waitMs > 0 && answers.after(since).length === 0) await answers.next(waitMs);
    return c.json({ answers: answers.after(since) });
  });
  app.put(
    "/internal/models",
    requireBearer({ supervisor: supervisorToken }),
    bodyLimit({ maxSize: LONGEST_BODY }),
    async (c) => {
      const asked = splitSchema.safeParse(await c.req.json().catch(() => undefined));
      if (!asked.success) {
        const expected = 'expected {"stable","canary":{"version","share"}|null,"others","known"}';
        return c.json(chatError(expected, "invalid_request_error"), 400);
      }
      splitter.set(asked.data);
      const { stable, canary, others } = asked.data;
      cache?.cache.served([stable, ...(canary === null ? [] : [canary.version]), ...others]);
      return c.json({ stable, canary });
    },
  );
}

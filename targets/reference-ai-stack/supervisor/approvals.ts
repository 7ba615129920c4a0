// Where a person answers what the healer asks. The operator's token is known here and to nobody else, so the answer is
// checked here and handed on with the name of who gave it.
import type { Hono } from "hono";
import { z } from "zod";
import { requireBearer, type GuardedEnv } from "../common/bearer.ts";
import type { StackConfig } from "../config.ts";
import { askJson } from "../healer/telemetry/http-json.ts";
import type { Secrets } from "./specs.ts";

const approvalBody = z.strictObject({ answer: z.enum(["granted", "denied"]) });
const TIMEOUT_MS = 3000;

/** `POST /incidents/:id/approval` for the operator: 200 once the answer is on the disk, 409 when nothing is asked. */
export function mountApprovals(
  app: Hono<GuardedEnv>,
  { config, secrets }: { readonly config: StackConfig; readonly secrets: Secrets },
): void {
  app.post("/incidents/:id/approval", requireBearer({ operator: config.operatorToken }), async (c) => {
    const body = approvalBody.safeParse(await c.req.json().catch(() => undefined));
    if (!body.success) return c.json({ error: 'expected {"answer":"granted"|"denied"}' }, 400);
    const answer = await askJson({
      port: config.ports.healer,
      path: `/incidents/${encodeURIComponent(c.req.param("id"))}/approval`,
      method: "POST",
      body: { ...body.data, by: c.get("principal") },
      token: secrets.healerToken,
      timeoutMs: TIMEOUT_MS,
    });
    if (answer.kind !== "answered") return c.json({ error: `the healer did not take it: ${answer.says}` }, 502);
    const isTaken = answer.status === 200;
    return isTaken ? c.json({ taken: true }) : c.json({ error: "this incident asks for no approval now" }, 409);
  });
}

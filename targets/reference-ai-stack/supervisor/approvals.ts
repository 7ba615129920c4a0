// Where a person answers what the healer asks. Tokens are known here and to nobody else, so who it is is checked here,
// and the answer is handed on with the name. What it is worth is the healer's to say: it knows its questions.
import type { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { z } from "zod";
import type { GuardedEnv } from "../common/bearer.ts";
import type { StackConfig } from "../config.ts";
import { askJson } from "../healer/telemetry/http-json.ts";
import type { Gate } from "./gate.ts";
import type { Secrets } from "./specs.ts";

export const approvalBody = z.strictObject({
  answer: z.enum(["granted", "denied"]),
  plan: z.string().min(1).max(200),
  nonce: z.string().min(1).max(200),
});
type ApprovalBody = z.infer<typeof approvalBody>;

export interface ApprovalsParts {
  readonly config: StackConfig;
  readonly secrets: Secrets;
  readonly gate: Gate;
}

/** What became of an answer, as it is told to who gave it. */
type Handed =
  | { readonly status: 200; readonly decided: boolean; readonly missing: number }
  | { readonly status: 403 | 404 | 409 | 410 | 502; readonly error: string };

const TIMEOUT_MS = 3000;
const LONGEST_BODY = 16 * 1024;

/** `POST /incidents/:id/approval` for approvers: 200 once the answer is on the disk; else why it does not count. */
export function mountApprovals(app: Hono<GuardedEnv>, parts: ApprovalsParts): void {
  const limit = bodyLimit({ maxSize: LONGEST_BODY, onError: (c) => c.json({ error: "the body is too long" }, 413) });
  app.post("/incidents/:id/approval", parts.gate.people("approve"), limit, async (c) => {
    const body = approvalBody.safeParse(await c.req.json().catch(() => undefined));
    if (!body.success) {
      return c.json({ error: 'expected {"answer":"granted"|"denied","plan":"…","nonce":"…"}, as it was asked' }, 400);
    }
    const { status, ...says } = await handOn(parts, c.req.param("id"), { ...body.data, by: c.get("principal") });
    return c.json(says, status);
  });
}

/** Hands a person's answer to the healer. */
export async function handOn(
  { config, secrets }: Pick<ApprovalsParts, "config" | "secrets">,
  incident: string,
  body: ApprovalBody & { readonly by: string },
): Promise<Handed> {
  const answer = await askJson({
    port: config.ports.healer,
    path: `/incidents/${encodeURIComponent(incident)}/approval`,
    method: "POST",
    body,
    token: secrets.healerDoorToken,
    timeoutMs: TIMEOUT_MS,
  });
  if (answer.kind !== "answered") return { status: 502, error: `the healer did not take it: ${answer.says}` };
  const taken = takenBody.safeParse(answer.body);
  if (answer.status === 200 && taken.success) return { status: 200, ...taken.data };
  const error = refusedBody.safeParse(answer.body).data?.error ?? "the healer did not say why";
  const status = REFUSALS.find((known) => known === answer.status) ?? 502;
  return { status, error };
}

const takenBody = z.object({ decided: z.boolean(), missing: z.number() });
const refusedBody = z.object({ error: z.string() });
const REFUSALS = [403, 404, 409, 410] as const;

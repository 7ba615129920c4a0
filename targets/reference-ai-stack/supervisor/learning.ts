// Where a person takes back what the healer has learned. Tokens are known here and to nobody else; the healer hears who
// it was.
import type { Hono } from "hono";
import type { GuardedEnv } from "../common/bearer.ts";
import type { StackConfig } from "../config.ts";
import { askJson } from "../healer/telemetry/http-json.ts";
import type { Gate } from "./gate.ts";
import type { Secrets } from "./specs.ts";

const TIMEOUT_MS = 3000;

/**
 * `GET /learning` for everybody; `POST /learning/changes/:id/take-back` and `/release` for operators: 200 when it is
 * done, 409 when there is nothing to be done, 502 when the healer does not answer.
 */
export function mountLearning(
  app: Hono<GuardedEnv>,
  { config, secrets, gate }: { readonly config: StackConfig; readonly secrets: Secrets; readonly gate: Gate },
): void {
  const ask = { port: config.ports.healer, timeoutMs: TIMEOUT_MS };
  app.get("/learning", async (c) => {
    const answer = await askJson({ ...ask, path: "/learning" });
    if (answer.kind !== "answered") return c.json({ error: `the healer does not answer: ${answer.says}` }, 502);
    return c.json(answer.body as object);
  });
  for (const act of ["take-back", "release"] as const) {
    app.post(`/learning/changes/:id/${act}`, gate.people("operate"), async (c) => {
      const path = `/learning/changes/${encodeURIComponent(c.req.param("id"))}/${act}`;
      const order = { ...ask, path, method: "POST" as const, token: secrets.healerDoorToken };
      const answer = await askJson({ ...order, body: { by: c.get("principal") } });
      if (answer.kind !== "answered") return c.json({ error: `the healer did not take it: ${answer.says}` }, 502);
      return c.json(answer.body as object, answer.status === 200 ? 200 : 409);
    });
  }
}

// What was learned, for people: everybody may read it, and who has the right may take a change back.
import type { Hono, MiddlewareHandler } from "hono";
import { z } from "zod";
import type { GuardedEnv } from "../../common/bearer.ts";
import type { Change } from "./ledger-rows.ts";
import type { Memory } from "./memory.ts";
import { RULES } from "./rules.ts";

const byBody = z.strictObject({ by: z.string().min(1).max(200) });
const EXPECTED = { error: 'expected {"by":"<who>"}' };

/** `GET /learning`, `POST /learning/changes/:id/take-back` and `/release` (token). */
export function mountLearning(app: Hono<GuardedEnv>, guard: MiddlewareHandler<GuardedEnv>, memory: Memory): void {
  app.get("/learning", (c) => c.json(memory.view()));
  app.post("/learning/changes/:id/take-back", guard, async (c) => {
    const body = byBody.safeParse(await c.req.json().catch(() => undefined));
    if (!body.success) return c.json(EXPECTED, 400);
    const takenBack = memory.takeBack(c.req.param("id"), body.data.by);
    if (takenBack !== null) return c.json({ takenBack });
    return c.json({ error: "there is no such change, or it was taken back" }, 409);
  });
  app.post("/learning/changes/:id/release", guard, async (c) => {
    const body = byBody.safeParse(await c.req.json().catch(() => undefined));
    if (!body.success) return c.json(EXPECTED, 400);
    const isReleased = memory.release(c.req.param("id"), body.data.by);
    return isReleased ? c.json({ released: true }) : c.json({ error: "no person holds what this change changed" }, 409);
  });
}

/** What was learned from an incident, in words. */
export function learnedFrom(incident: string, changes: readonly Change[]): readonly string[] {
  const own = changes.filter(({ incidents }) => incidents.includes(incident));
  return own.map(({ parameter, of, from, to, rule, takenBack }) => {
    const back = takenBack === undefined ? "" : `; taken back by ${takenBack.by} at ${takenBack.at}`;
    return `${parameter} of ${of}: ${from} → ${to}, by the rule ${rule} (${RULES[rule]})${back}`;
  });
}

// The HTTP face of the supervisor: readiness and inventory for everyone, control for whoever has a token. Each control
// call does what it is told and nothing more; nothing here watches or repairs.

import { Hono } from "hono";
import { z } from "zod";
import { requireBearer, type GuardedEnv } from "../common/bearer.ts";
import { messageOf, type Logger } from "../common/log.ts";
import type { StackConfig } from "../config.ts";
import type { Fleet } from "./fleet.ts";
import { inventoryOf } from "./inventory.ts";
import { restoreIndex } from "./restore-index.ts";
import type { Secrets } from "./specs.ts";
import type { Weights } from "./weights.ts";

export interface SupervisorParts {
  readonly fleet: Fleet;
  readonly weights: Weights;
  readonly config: StackConfig;
  readonly secrets: Secrets;
  readonly log: Logger;
}

const weightsRequest = z.object({ weights: z.record(z.string(), z.number().min(0).max(1)) });
const indexRequest = z.object({ source: z.string() });

/** Builds the app; nothing listens yet. */
export function createSupervisorApp(parts: SupervisorParts): Hono<GuardedEnv> {
  const { fleet, weights, config } = parts;
  const app = new Hono<GuardedEnv>();
  app.get("/health", (c) => c.json({ status: "ok" }));
  app.get("/ready", (c) => {
    const missing = fleet.missing();
    return c.json({ ready: missing.length === 0, missing }, missing.length === 0 ? 200 : 503);
  });
  app.get("/inventory", (c) => c.json({ replicas: inventoryOf(fleet.children, weights.current(), config) }));
  mountControl(app, parts);
  app.onError((error, c) => {
    parts.log.error("a control call failed", { path: c.req.path, reason: messageOf(error) });
    return c.json({ error: messageOf(error) }, 500);
  });
  return app;
}

function mountControl(app: Hono<GuardedEnv>, parts: SupervisorParts): void {
  const { fleet, weights, config, secrets, log } = parts;
  const guard = requireBearer({ operator: config.operatorToken, healer: secrets.healerToken });
  app.post("/replicas/:id/*", guard, async (c, next) => {
    const known = fleet.children.map((child) => child.spec.replica);
    const replica = c.req.param("id");
    if (!known.includes(replica))
      return c.json({ error: `no replica ${replica}; expected one of ${known.join(", ")}` }, 404);
    log.info("control", { principal: c.get("principal"), path: c.req.path });
    return next();
  });
  app.post("/replicas/:id/start", async (c) => {
    const replica = c.req.param("id");
    return c.json(await fleet.inTurn(replica, async () => fleet.child(replica)?.start()));
  });
  app.post("/replicas/:id/restart", async (c) => c.json({ pid: await fleet.restart(c.req.param("id")) }));
  app.post("/replicas/:id/index", async (c) => {
    const child = fleet.child(c.req.param("id"));
    const asked = indexRequest.safeParse(await c.req.json().catch(() => undefined));
    if (!asked.success) return c.json({ error: 'expected {"source":"snapshot" or a peer}' }, 400);
    if (child?.spec.service !== "vector") return c.json({ error: "only vector replicas have an index" }, 404);
    const answer = await fleet.inTurn(child.spec.replica, () =>
      restoreIndex(child, asked.data.source, config, secrets.healerToken),
    );
    if (!answer.ok) return c.json({ error: answer.reason }, answer.status);
    const { hash, rows, readded, reloaded } = answer;
    return c.json({ hash, rows, readded, reloaded });
  });
  app.post("/weights", guard, async (c) => {
    const asked = weightsRequest.safeParse(await c.req.json().catch(() => undefined));
    if (!asked.success) return c.json({ error: 'expected {"weights":{"<replica>":0…1}}' }, 400);
    log.info("control", {
      principal: c.get("principal"),
      path: c.req.path,
      weights: JSON.stringify(asked.data.weights),
    });
    const change = await fleet.inTurn("gateway", () => weights.change(asked.data.weights));
    return change.ok ? c.json({ weights: change.weights }) : c.json({ error: change.reason }, change.status);
  });
}

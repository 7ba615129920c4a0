// The registry for everybody who looks; it is changed by operations (operations/roll-out-model.ts and others).
import type { Hono } from "hono";
import type { GuardedEnv } from "../common/bearer.ts";
import type { Models } from "./models.ts";

/**
 * `GET /models` → `{serving: {stable, canary, before}, rollBacks, versions, trouble}`, each version with `name`,
 * `parent`, `about`, `evaluation` and `registeredAt`.
 */
export function mountModels(app: Hono<GuardedEnv>, models: Models): void {
  app.get("/models", (c) => {
    const { serving, rollBacks, versions } = models.state();
    return c.json({
      serving,
      rollBacks,
      versions: versions.map(({ card: { name, parent, about, evaluation }, registeredAt }) => ({
        name,
        parent,
        about,
        evaluation,
        registeredAt,
      })),
      trouble: models.trouble(),
    });
  });
}

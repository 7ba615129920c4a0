// The door at which replicas are compared by the documents that they have, and take what they never had.
import type { Hono } from "hono";
import { z } from "zod";
import { requireBearer, type Principals } from "../common/bearer.ts";
import { messageOf, type Logger } from "../common/log.ts";
import type { TracedEnv } from "../common/telemetry/traced.ts";
import { PARTS } from "./holdings.ts";
import { laidSchema } from "./laid.ts";
import type { VectorReplica } from "./replica.ts";

/** Without a part: what there is of each of them; with one: its documents. */
const heldQuery = z.object({
  part: z.coerce
    .number()
    .int()
    .min(0)
    .max(PARTS - 1)
    .optional(),
});

const documentsLaid = z.strictObject({ laid: laidSchema });

interface HeldDoorParts {
  readonly replica: VectorReplica;
  /** Who may have it take something. */
  readonly principals: Principals;
  readonly log: Logger;
}

/** Adds `GET /records/held` and `POST /resync`. */
export function mountHeldDoor(app: Hono<TracedEnv>, { replica, principals, log }: HeldDoorParts): void {
  app.get("/records/held", (c) => {
    const parsed = heldQuery.safeParse(c.req.query());
    if (!parsed.success) return c.json({ error: { message: z.prettifyError(parsed.error) } }, 400);
    const { holdings } = replica.records;
    const { part } = parsed.data;
    return c.json(part === undefined ? { parts: holdings.parts() } : { documents: holdings.of(part) });
  });
  app.post("/resync", requireBearer(principals), async (c) => {
    const parsed = documentsLaid.safeParse(await c.req.json().catch(() => undefined));
    if (!parsed.success) return c.json({ error: { message: z.prettifyError(parsed.error) } }, 400);
    try {
      const done = await replica.resync(parsed.data.laid);
      log.info("documents of a sibling taken", { by: c.get("principal"), ...done });
      return c.json(done);
    } catch (error) {
      log.warn("documents of a sibling refused", { reason: messageOf(error) });
      return c.json({ error: { message: messageOf(error) } }, 422);
    }
  });
}

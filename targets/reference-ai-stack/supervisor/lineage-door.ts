// Lineage for people, and the door by which the gateway tells of documents that users wrote.
import type { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { z } from "zod";
import { requireBearer, type GuardedEnv } from "../common/bearer.ts";
import { LINEAGE_KEYS, type Lineage } from "./lineage.ts";
import type { Secrets } from "./specs.ts";

const text = z.string().min(1).max(500);
const MOST = 1000;
const query = z.strictObject({
  ...(Object.fromEntries(LINEAGE_KEYS.map((key) => [key, text.optional()])) as Record<
    (typeof LINEAGE_KEYS)[number],
    z.ZodOptional<typeof text>
  >),
  limit: z.coerce.number().int().min(1).max(MOST).default(100),
});
const documentBody = z.strictObject({
  document: z.string().min(1).max(500),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  replicas: z.array(text).max(100),
});
const LONGEST_BODY = 64 * 1024;

/**
 * `GET /lineage?incident=&what=&replica=&service=&document=&principal=&limit=`, newest first; `POST /lineage/documents`
 * for the gateway.
 */
export function mountLineage(
  app: Hono<GuardedEnv>,
  { lineage, secrets }: { readonly lineage: Lineage; readonly secrets: Secrets },
): void {
  app.get("/lineage", async (c) => {
    const asked = query.safeParse(c.req.query());
    if (!asked.success) return c.json({ error: z.prettifyError(asked.error) }, 400);
    const { limit, ...wanted } = asked.data;
    const given = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
    return c.json(await lineage.read({ ...given, limit }));
  });
  const gateway = requireBearer({ gateway: secrets.supervisorToken });
  app.post("/lineage/documents", gateway, bodyLimit({ maxSize: LONGEST_BODY }), async (c) => {
    const body = documentBody.safeParse(await c.req.json().catch(() => undefined));
    if (!body.success) return c.json({ error: 'expected {"document","hash","replicas"}' }, 400);
    const { document, hash, replicas } = body.data;
    await lineage.note({
      principal: "gateway",
      what: "document.written",
      document,
      service: "vector",
      after: { hash, replicas },
    });
    return c.json({ noted: true });
  });
}

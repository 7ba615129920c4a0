// The incident feed and the audit of the whole stack. They are served here because they must outlive the healer: what
// it says comes in by POST, and what is said of its own death is said here.
import { readFile } from "node:fs/promises";
import type { Hono } from "hono";
import { z } from "zod";
import type { GuardedEnv } from "../common/bearer.ts";
import type { StackConfig } from "../config.ts";
import { auditFileIn } from "../healer/governance/audit-file.ts";
import type { CloudEvent } from "../healer/governance/cloud-event.ts";
import type { Gate } from "./gate.ts";
import type { IncidentFeed } from "./incident-feed.ts";

export interface FeedParts {
  readonly feed: IncidentFeed;
  readonly gate: Gate;
  readonly config: StackConfig;
}

const eventBody = z.strictObject({
  specversion: z.literal("1.0"),
  id: z.string().min(1).max(200),
  source: z.string().min(1).max(200),
  type: z.string().startsWith("healing.incident.").max(200),
  subject: z.string().min(1).max(200),
  time: z.string().max(100),
  datacontenttype: z.literal("application/json"),
  data: z.record(z.string(), z.unknown()),
});

/**
 * `GET /audit` and `GET /events` for everyone, `POST /events` for the healer; the actor of what comes in is whose token
 * it is.
 */
export function mountFeed(app: Hono<GuardedEnv>, { feed, gate, config }: FeedParts): void {
  // The file as it is, whole lines only: its reader checks the chain.
  app.get("/audit", async (c) => {
    const text = await readFile(auditFileIn(config.dataDir), "utf8").catch(() => "");
    return c.body(text.slice(0, text.lastIndexOf("\n") + 1), 200, { "content-type": "application/x-ndjson" });
  });
  app.get("/events", () => feed.open());
  app.post("/events", gate.healer(), async (c) => {
    const body = eventBody.safeParse(await c.req.json().catch(() => undefined));
    if (!body.success) return c.json({ error: "expected a CloudEvents 1.0 object of the target contract" }, 400);
    const event: CloudEvent = body.data;
    feed.publish({ ...event, data: { ...event.data, actor: c.get("principal") } });
    return c.json({ taken: true });
  });
}

// What the healer shows of itself: feed, incidents, health, metrics. Nothing here changes anything, so nothing needs a
// token.
import { readFile } from "node:fs/promises";
import { Hono } from "hono";
import { Counter, Gauge } from "prom-client";
import type { Registry } from "prom-client";
import { mountMetrics } from "../common/metrics.ts";
import type { Journal, JournalEvent } from "./governance/journal.ts";
import type { IncidentFeed } from "./incident-feed.ts";

/** `GET /audit /events /incidents /health /metrics`. */
export function createHealerApp(
  journal: Pick<Journal, "incidents">,
  feed: IncidentFeed,
  { registry, auditFile }: { readonly registry: Registry; readonly auditFile: string },
): Hono {
  const app = new Hono();
  // The file as it is, whole lines only: its reader checks the chain.
  app.get("/audit", async (c) => {
    const text = await readFile(auditFile, "utf8");
    return c.body(text.slice(0, text.lastIndexOf("\n") + 1), 200, { "content-type": "application/x-ndjson" });
  });
  app.get("/events", () => feed.open());
  app.get("/incidents", (c) => c.json({ incidents: journal.incidents() }));
  app.get("/health", (c) => {
    const open = journal.incidents().filter((record) => record.state === "open").length;
    return c.json({ status: "ok", openIncidents: open, listeners: feed.listeners() });
  });
  mountMetrics(app, registry);
  return app;
}

/** Counts the journal's events by type and pathway, and the incidents that are open. */
export function countEvents(registry: Registry): (event: JournalEvent) => void {
  const events = new Counter({
    name: "healer_events_total",
    help: "Events of incidents by type and pathway.",
    labelNames: ["type", "pathway"],
    registers: [registry],
  });
  const open = new Gauge({ name: "healer_open_incidents", help: "Incidents under way.", registers: [registry] });
  return ({ type, detail }) => {
    events.inc({ type, pathway: detail.pathway ?? "" });
    if (type === "detected") open.inc();
    if (type === "closed" || type === "escalated" || type === "held") open.dec();
  };
}

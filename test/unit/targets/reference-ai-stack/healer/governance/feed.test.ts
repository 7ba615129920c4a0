import { expect, test } from "vitest";
import { createRegistry } from "../../../../../../targets/reference-ai-stack/common/metrics.ts";
import { openJournal } from "../../../../../../targets/reference-ai-stack/healer/governance/journal.ts";
import { createIncidentFeed } from "../../../../../../targets/reference-ai-stack/healer/incident-feed.ts";
import { countEvents, createHealerApp } from "../../../../../../targets/reference-ai-stack/healer/server.ts";

const incident = { id: "inc-1", scope: { service: "vector", replica: "vector-1" }, openedAt: 0, signals: [] };

function createHealer() {
  const feed = createIncidentFeed("/healer/1");
  const registry = createRegistry("healer", "healer");
  const count = countEvents(registry);
  const journal = openJournal({
    audit: { record: async () => undefined },
    wallTime: () => "2030-01-01T00:00:00.000Z",
    publish: (event) => {
      feed.publish(event);
      count(event);
    },
  });
  return { app: createHealerApp(journal, feed, { registry, auditFile: "/nowhere" }), journal, feed };
}

async function readUntil(response: Response, wanted: (text: string) => boolean): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of response.body ?? []) {
    text += decoder.decode(piece, { stream: true });
    if (wanted(text)) break;
  }
  return text;
}

test("a listener gets every event as a CloudEvent of the contract's shape, in order", async () => {
  const { app, journal } = createHealer();
  const response = await app.request("/events");
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  const reasons = ["process-gone: 2 hard misses"];
  await journal.say(incident, "detected", { reasons });
  await journal.say(incident, "classified", { class: "replica-down", confidence: 0.9, runnersUp: [], reasons });
  const text = await readUntil(response, (seen) => seen.includes("incident.classified"));
  const events = text.split("\n").filter((line) => line.startsWith("data: "));
  expect(events.map((line) => JSON.parse(line.slice(6)).type)).toEqual([
    "healing.incident.detected",
    "healing.incident.classified",
  ]);
  expect(JSON.parse(events[0]?.slice(6) ?? "")).toEqual({
    specversion: "1.0",
    id: "inc-1/1",
    source: "/healer/1",
    type: "healing.incident.detected",
    subject: "inc-1",
    time: "2030-01-01T00:00:00.000Z",
    datacontenttype: "application/json",
    data: { incident: "inc-1", scope: incident.scope, reasons },
  });
});

test("the feed beats while nothing happens, and a listener that leaves is forgotten", async () => {
  const { app, feed } = createHealer();
  const beats = await readUntil(await app.request("/events"), (seen) => seen.split("\n\n").length > 3);
  expect(beats).toMatch(/^(: \d+\n\n){3}/);
  expect(feed.listeners()).toBe(0);
});

test("only events after the connection are sent", async () => {
  const { app, journal } = createHealer();
  await journal.say(incident, "detected", { reasons: ["before"] });
  const text = await readUntil(await app.request("/events"), (seen) => seen.length > 0);
  expect(text).not.toContain("before");
});

test("incidents, health and metrics tell of an open incident and of its end", async () => {
  const { app, journal } = createHealer();
  await journal.say(incident, "detected", { reasons: [] });
  expect(await (await app.request("/health")).json()).toMatchObject({ status: "ok", openIncidents: 1 });
  expect(await (await app.request("/metrics")).text()).toMatch(/healer_open_incidents\{[^}]*\} 1\n/);
  await journal.say(incident, "closed", { reasons: [] });
  expect(await (await app.request("/health")).json()).toMatchObject({ openIncidents: 0 });
  expect(await (await app.request("/incidents")).json()).toMatchObject({
    incidents: [{ id: "inc-1", state: "closed" }],
  });
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { createRegistry } from "../../../../../../targets/reference-ai-stack/common/metrics.ts";
import { toCloudEvent } from "../../../../../../targets/reference-ai-stack/healer/governance/cloud-event.ts";
import { openJournal } from "../../../../../../targets/reference-ai-stack/healer/governance/journal.ts";
import { createBook } from "../../../../../../targets/reference-ai-stack/healer/pathways/book.ts";
import { PATHWAYS } from "../../../../../../targets/reference-ai-stack/healer/pathways/table.ts";
import { createIncidentFeed } from "../../../../../../targets/reference-ai-stack/supervisor/incident-feed.ts";
import type { HealerAppParts } from "../../../../../../targets/reference-ai-stack/healer/server.ts";
import { countEvents, createHealerApp } from "../../../../../../targets/reference-ai-stack/healer/server.ts";
import { openMemory } from "../../../../../../targets/reference-ai-stack/healer/learning/memory.ts";
import { createMemoryState } from "../memory-state.ts";
import { keepSight } from "../../../../../../targets/reference-ai-stack/healer/telemetry/metrics/sight.ts";
import { noTelemetry } from "../../../../../builders/no-telemetry.ts";

const incident = { id: "inc-1", scope: { service: "vector", replica: "vector-1" }, signals: [] };

function createHealer() {
  const feed = createIncidentFeed();
  const registry = createRegistry("healer", "healer");
  const count = countEvents(registry);
  const written: Readonly<Record<string, unknown>>[] = [];
  const audit = { record: async (fields: Readonly<Record<string, unknown>>) => void written.push(fields) };
  const open = () =>
    openJournal({
      audit,
      wallTime: () => "2030-01-01T00:00:00.000Z",
      publish: async (event) => {
        feed.publish(toCloudEvent(event, "/healer"));
        count(event);
      },
    });
  const journal = open();
  const engine = { history: () => [], flows: () => [] };
  const approvals: HealerAppParts["approvals"] = {
    take: async (id) =>
      id === "inc-asks" ? { ok: true, decided: true, missing: 0 } : { ok: false, status: 403, why: "no question" },
    questions: () => [],
  };
  const pathways = createBook(PATHWAYS);
  const source = keepSight(noTelemetry, () => 0);
  const memory = openMemory({ state: createMemoryState(), wallTime: () => "", audit: () => undefined });
  const signals = () => [{ name: "process-gone", scope: incident.scope, says: "no pid" }];
  const parts = {
    loop: { isArmed: () => false, signals },
    source,
    journal,
    audit,
    engine,
    approvals,
    pathways,
    past: { list: () => [] },
    memory,
    registry,
    token: "shared",
    clock: { now: () => 0 },
    selfTrouble: () => null,
  };
  return { app: createHealerApp(parts), source, journal, feed, written, open };
}

/** JSON of any shape, text of any kind, and bytes. */
const anyBody = fc.oneof(
  fc.json(),
  fc.string(),
  fc.uint8Array().map((bytes) => Buffer.from(bytes)),
);

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
  const { feed, journal } = createHealer();
  const response = feed.open();
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
    source: "/healer",
    type: "healing.incident.detected",
    subject: "inc-1",
    time: "2030-01-01T00:00:00.000Z",
    datacontenttype: "application/json",
    data: { incident: "inc-1", scope: incident.scope, reasons },
  });
});

test("what an actor says again after it was killed is heard once, and what comes next is heard", async () => {
  const { feed, journal, open } = createHealer();
  const response = feed.open();
  const reasons: string[] = [];
  await journal.say(incident, "detected", { reasons });
  await journal.say(incident, "classified", { reasons });
  const next = open();
  next.recall(incident, [{ type: "detected", time: "2030-01-01T00:00:00.000Z", detail: { reasons } }]);
  await next.say(incident, "classified", { reasons });
  await next.say(incident, "decided", { reasons });
  const text = await readUntil(response, (seen) => seen.includes("incident.decided"));
  expect(text.match(/healing\.incident\.\w+/g)).toEqual([
    "healing.incident.detected",
    "healing.incident.classified",
    "healing.incident.decided",
  ]);
});

test("what is recalled event by event keeps its place, and is not taken in twice", async () => {
  const { feed, journal, open } = createHealer();
  const response = feed.open();
  const reasons: string[] = [];
  const said = ["2030-01-01T00:00:00.000Z", "2030-01-01T00:00:01.000Z"];
  await journal.say(incident, "detected", { reasons }, said[0]);
  await journal.say(incident, "classified", { reasons }, said[1]);
  const next = open();
  next.recall(incident, [{ type: "detected", time: said[0] ?? "", detail: { reasons } }]);
  next.recall(incident, [{ type: "detected", time: said[0] ?? "", detail: { reasons } }]);
  next.recall(incident, [{ type: "classified", time: said[1] ?? "", detail: { reasons } }]);
  await next.say(incident, "decided", { reasons });
  await readUntil(response, (seen) => seen.includes('"id":"inc-1/3"'));
  expect(next.incidents()[0]?.events.map(({ type }) => type)).toEqual(["detected", "classified", "decided"]);
});

test("the feed beats while nothing happens, and a listener that leaves is forgotten", async () => {
  const { feed } = createHealer();
  const beats = await readUntil(feed.open(), (seen) => seen.split("\n\n").length > 3);
  expect(beats).toMatch(/^(: \d+\n\n){3}/);
  expect(feed.listeners()).toBe(0);
});

test("only events after the connection are sent", async () => {
  const { feed, journal } = createHealer();
  await journal.say(incident, "detected", { reasons: ["before"] });
  const text = await readUntil(feed.open(), (seen) => seen.length > 0);
  expect(text).not.toContain("before");
});

test("incidents, health and metrics tell of an open incident and of its end", async () => {
  const { app, journal } = createHealer();
  await journal.say(incident, "detected", { reasons: [] });
  expect(await (await app.request("/health")).json()).toMatchObject({ status: "ok", armed: false, openIncidents: 1 });
  expect(await (await app.request("/metrics")).text()).toMatch(/healer_open_incidents\{[^}]*\} 1\n/);
  await journal.say(incident, "closed", { reasons: [] });
  expect(await (await app.request("/health")).json()).toMatchObject({ openIncidents: 0 });
  expect(await (await app.request("/incidents")).json()).toMatchObject({
    incidents: [{ id: "inc-1", state: "closed" }],
  });
});

test("what is out of order now can be read", async () => {
  const { app } = createHealer();
  expect(await (await app.request("/signals")).json()).toMatchObject({ signals: [{ name: "process-gone" }] });
  expect(await (await app.request("/approvals")).json()).toEqual({ questions: [] });
});

test("an approval and a record of the supervisor need the token, and a question that is open", async () => {
  const { app, written } = createHealer();
  const post = (path: string, body: unknown, token = "shared") =>
    app.request(path, { method: "POST", body: JSON.stringify(body), headers: { authorization: `Bearer ${token}` } });
  const grant = { answer: "granted", by: "ada", plan: "abc", nonce: "n1" };
  expect((await post("/incidents/inc-asks/approval", grant, "guess")).status).toBe(401);
  expect((await post("/incidents/inc-asks/approval", { ...grant, answer: "perhaps" })).status).toBe(400);
  expect((await post("/incidents/inc-asks/approval", { answer: "granted", by: "ada" })).status).toBe(400);
  expect((await post("/incidents/inc-other/approval", grant)).status).toBe(403);
  expect((await post("/incidents/inc-asks/approval", grant)).status).toBe(200);
  const record = { what: "verified", event: "inc-2/6", principal: "healer" };
  expect((await post("/audit", record, "guess")).status).toBe(401);
  expect((await post("/audit", { what: 7 })).status).toBe(400);
  for (const own of ["seq", "time", "prev", "hash"])
    expect((await post("/audit", { ...record, [own]: "x" })).status).toBe(400);
  expect((await post("/audit", record)).status).toBe(200);
  const denied = { what: "access.denied", event: "denied/1", person: "ada" };
  expect((await post("/audit", denied)).status).toBe(200);
  expect(written.filter(({ event }) => event === "inc-2/6" || event === "denied/1")).toEqual([
    { what: "verified", event: "inc-2/6", principal: "supervisor" },
    { what: "access.denied", event: "denied/1", principal: "ada" },
  ]);
});

test.each([
  { what: "approval.given", event: "n1/ada", person: "ada" },
  { what: "approval.given", event: "n1/ada" },
  { what: "approval.granted", event: "inc-1/5" },
  { what: "learning.taken-back", event: "learning 1", person: "ada" },
  { what: "policy.changed", event: "policy 2" },
  { what: "verified", event: "inc-1/7", person: "healer" },
  { what: "access.denied", event: "inc-1/7", person: "ada" },
])("the supervisor's door of the audit takes no record of another's deed: %o", async (record) => {
  const { app, written } = createHealer();
  const headers = { authorization: "Bearer shared" };
  const { status } = await app.request("/audit", { method: "POST", body: JSON.stringify(record), headers });
  expect([status, written]).toEqual([400, []]);
});

test("who is turned away at a door of the healer is written down, one by one no more than 60 times a minute", async () => {
  const { app, written } = createHealer();
  for (let n = 0; n < 70; n += 1) await app.request("/learning/changes/1/take-back", { method: "POST" });
  expect(written).toHaveLength(60);
  expect(written[0]).toMatchObject({
    principal: "nobody",
    what: "access.denied",
    where: "POST /learning/changes/1/take-back",
  });
});

test("no body of any kind brings an endpoint down, or is taken for what it is not", async () => {
  const { app, written } = createHealer();
  const headers = { authorization: "Bearer shared" };
  const paths = ["/audit", "/incidents/inc-asks/approval"];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths), anyBody, async (path, body) => {
      const { status } = await app.request(path, { method: "POST", body, headers });
      expect(status).toBe(400);
    }),
    { numRuns: 1000 },
  );
  expect(written).toEqual([]);
});

test("health does not hide of which replicas nothing can be read", async () => {
  const { app, source } = createHealer();
  await source.look({ service: "inference", replica: "inference-1", pid: 1, port: 1 });
  const telemetry = { source: "none", replicas: { "inference-1": { lost: "nothing is read here" } } };
  expect(await (await app.request("/health")).json()).toMatchObject({ telemetry });
});

// Sources of claims in words of their own, asked and listened to over real connections and files.

import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { AlertsSource, WebhookSource } from "../../../src/core/feed-source.ts";
import { arrivals } from "../../../src/measure/marks/claim-marks.ts";
import type { FeedItem } from "../../../src/probes/healer-claims.ts";
import { listenTo } from "../../builders/listen-to.ts";
import { freePort } from "../../support/free-port.ts";
import { serveForTest } from "../../support/serve-for-test.ts";

const isClaim = (type: string) => (event: FeedItem) => event.kind === "claim" && event.claim.type === type;
const isState = (state: string) => (event: FeedItem) => event.kind === "feed" && event.state === state;

const asked: Omit<AlertsSource, "kind" | "url"> = {
  headers: { authorization: "Bearer k" },
  everyMs: 100,
  match: { severity: "page" },
  labels: { replica: "instance", class: "reason" },
  alerts: { WebSlow: { service: "web", class: "slow" } },
  resolutionMs: 0,
  names: { "127.0.0.1:{port:web-1}": "web-1" },
};

interface Fires {
  readonly name: string;
  /** Absent: of no place. */
  readonly instance?: string;
  readonly severity?: string;
}

const pages = {
  alertmanager: (firing: readonly Fires[]) =>
    firing.map(({ name, instance, severity = "page" }) => ({
      labels: { alertname: name, ...(instance && { instance }), severity, reason: "down" },
      annotations: { summary: `${name} of ${instance}` },
      startsAt: "2026-11-30T01:00:00.000Z",
      endsAt: "2026-11-30T01:05:00.000Z",
      fingerprint: `${name}${instance}`,
      status: { state: "active", silencedBy: [], inhibitedBy: [] },
      receivers: [{ name: "all" }],
    })),
  prometheus: (firing: readonly Fires[]) => ({
    status: "success",
    data: {
      alerts: [
        ...firing.map(({ name, instance, severity = "page" }) => ({
          labels: { alertname: name, ...(instance && { instance }), severity, reason: "down" },
          annotations: { summary: `${name} of ${instance}` },
          state: "firing",
          activeAt: "2026-11-30T01:00:00Z",
          value: "1e+00",
        })),
        {
          labels: { alertname: "Waits", severity: "page" },
          annotations: {},
          state: "pending",
          activeAt: "",
          value: "1",
        },
      ],
    },
  }),
};

it.each([
  ["alertmanager", "/api/v2/alerts?active=true&silenced=false&inhibited=false"],
  ["prometheus", "/api/v1/alerts"],
] as const)("alerts of %s that begin to fire are detections, and closed when they fire no more", async (kind, path) => {
  const seen = new Set<string>();
  const before: Fires = { name: "Watchdog" };
  const early: Fires = { name: "WebDown", instance: "web-2" };
  let firing: readonly Fires[] = [before, early];
  const { url } = await serveForTest((request, response) => {
    seen.add(`${request.url ?? ""} ${request.headers.authorization ?? ""}`);
    response.end(JSON.stringify(pages[kind](firing)));
  });
  const { events, until } = listenTo({ ...asked, kind, url });
  // One of a place fires from before: what comes of that place could not be told from it.
  expect(await until(isState("refused"))).toMatchObject({
    reason: expect.stringContaining("WebDown fires already and cannot be heard to begin") as string,
  });
  expect(events.some(isState("open"))).toBe(false);
  firing = [before];
  await until(isState("alive"));
  firing = [
    before,
    { name: "WebDown", instance: "127.0.0.1:9001" },
    { name: "Low", instance: "web-2", severity: "info" },
  ];
  const down = await until(isClaim("detected"));
  expect(down).toMatchObject({
    claim: {
      scope: { service: "web", replica: "web-1" },
      class: "down",
      reasons: ["WebDown fires", "WebDown of 127.0.0.1:9001"],
    },
  });
  firing = [before, { name: "WebSlow", instance: "elsewhere" }];
  const closed = await until(isClaim("closed"));
  const incident = (event: FeedItem): string => (event.kind === "claim" ? event.claim.incident : "");
  expect(incident(closed)).toBe(incident(down));
  expect(
    events.filter(({ kind: one }) => one === "claim").map((event) => event.kind === "claim" && event.claim.scope),
  ).toEqual(expect.arrayContaining([{ service: "web" }]));
  expect(events.filter(isClaim("detected"))).toHaveLength(2);
  expect(events.filter((event) => event.kind === "trouble")).toEqual([]);
  expect([...seen]).toEqual([`${path} Bearer k`]);
  // When it was asked last and nothing was there: what came, came after that, and before it was heard.
  const sign = events.findLast((event) => isState("alive")(event) && event.at < down.at);
  expect(sign?.at).toBeLessThan(down.at);
  expect(events.find(isState("open"))).toMatchObject({ source: { kind, everyMs: 100, resolutionMs: 0 } });
});

it("two alerts of one answer, two lines of one look and two items of one call came at the same time", async () => {
  const folder = await mkdtemp(join(tmpdir(), "rebound-log-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "stack.log");
  await writeFile(file, "");
  const both = ["web-1", "web-2"];
  let firing: readonly Fires[] = [];
  const { url } = await serveForTest(
    (_request, response) => void response.end(JSON.stringify(pages.prometheus(firing))),
  );
  const hook = { kind: "webhook", port: await freePort(), token: "t", each: "", resolutionMs: 0, names: {} } as const;
  const heard = [
    listenTo({ ...asked, kind: "prometheus", url }),
    listenTo({
      kind: "log",
      file,
      resolutionMs: 0,
      names: {},
      lines: [{ matches: "(?<replica>web-.)", type: "detected" }],
    }),
    listenTo({ ...hook, fields: { type: "/is", replica: "/at" }, types: { bad: "detected" } }),
  ];
  for (const { until } of heard) await until(isState("alive"));
  firing = both.map((instance) => ({ name: "Down", instance }));
  await appendFile(file, `${both.join("\n")}\n`);
  const body = JSON.stringify(both.map((replica) => ({ is: "bad", at: replica })));
  await fetch(`http://127.0.0.1:${hook.port}/`, { method: "POST", headers: { authorization: "Bearer t" }, body });
  for (const { events, until } of heard) {
    await until((event) => event.kind === "claim" && event.claim.scope.replica === "web-2");
    const claims = events.filter((event) => event.kind === "claim");
    const lows = claims.map((event) => arrivals(events, 0)(event).lo);
    expect(claims).toHaveLength(2);
    expect(lows[1]).toBe(lows[0]);
  }
});

it("a source that does not answer, or not with alerts, is lost until it does", async () => {
  let answer: [number, string] = [200, "[]"];
  const { url } = await serveForTest((_request, response) => void response.writeHead(answer[0]).end(answer[1]));
  const { events, until } = listenTo({ ...asked, kind: "alertmanager", url });
  await until(isState("open"));
  answer = [500, ""];
  expect(await until(isState("lost"))).toMatchObject({ reason: "answered 500" });
  answer = [200, '{"not":"alerts"}'];
  expect(await until(isState("refused"))).toMatchObject({
    reason: expect.stringContaining("not as expected") as string,
  });
  answer = [200, "[]"];
  await until((event) => isState("open")(event) && event !== events.find(isState("open")));
});

it("calls with the token say what stands at their pointers, and others are turned away", async () => {
  const source: WebhookSource = {
    kind: "webhook",
    port: await freePort(),
    token: "hook-token",
    each: "/alerts",
    fields: { type: "/status", incident: "/fingerprint", replica: "/labels/instance", class: "/labels/reason" },
    types: { firing: "detected", resolved: "closed" },
    resolutionMs: 5000,
    names: {},
  };
  const { events, until } = listenTo(source);
  await until(isState("open"));
  const call = async (body: string, token = "hook-token", method = "POST") => {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`http://127.0.0.1:${source.port}/`, { method, headers, ...(method === "POST" && { body }) }))
      .status;
  };
  const alerts = ["firing", "unheard-of", "resolved"].map((status) => ({
    status,
    fingerprint: "f1",
    labels: { instance: "web-2", reason: "down" },
  }));
  expect(await call(JSON.stringify({ alerts }), "another")).toBe(401);
  expect(await call("", "hook-token", "GET")).toBe(405);
  expect(await call(JSON.stringify({ alerts }))).toBe(204);
  const claims = events.flatMap((event) => (event.kind === "claim" ? [event.claim] : []));
  expect(claims.map(({ type, incident, scope }) => [type, incident, scope.replica])).toEqual([
    ["detected", "f1", "web-2"],
    ["closed", "f1", "web-2"],
  ]);
  expect(await call("{")).toBe(400);
  expect(await call("{}")).toBe(400);
  expect(events.filter(({ kind }) => kind === "trouble")).toHaveLength(3);
  expect(events.find(isState("open"))).toMatchObject({ source: { resolutionMs: 5000 } });
});

// Events as a real engine (Docker 20.10.24) writes them, shortened to what is read and what could mislead.

import { type ServerResponse } from "node:http";
import { expect, test } from "vitest";
import type { ContainerTold } from "../../../src/core/container-events.ts";
import { openEngine, patientClient } from "../../../src/platforms/docker/engine.ts";
import { eventIn, toldOf } from "../../../src/platforms/docker/engine-event.ts";
import { hearEvents } from "../../../src/platforms/docker/hear-events.ts";
import { ownActs } from "../../../src/platforms/docker/own-acts.ts";
import { serveForTest } from "../../support/serve-for-test.ts";

const places = [
  { replica: "app", of: "api", service: "web", number: 1 },
  { replica: "db-1", of: "db", service: "db", number: 1 },
];

const nano = 1796000523456789000;
const line = (action: string, attributes: Readonly<Record<string, string>> = {}, timeNano = nano): string =>
  JSON.stringify({
    status: action,
    id: "0b1c",
    from: "node:20-slim",
    Type: "container",
    Action: action,
    Actor: {
      ID: "0b1c",
      Attributes: {
        "com.docker.compose.container-number": "1",
        "com.docker.compose.project": "shop",
        "com.docker.compose.service": "web",
        image: "node:20-slim",
        name: "shop-web-1",
        ...attributes,
      },
    },
    scope: "local",
    time: 1796000523,
    timeNano,
  });

const toldIn = (text: string): ContainerTold | undefined => {
  const event = eventIn(text);
  return event && toldOf(event, places);
};

test("an event of a container is told with its replica, the engine's time and words", () => {
  expect(toldIn(line("die", { exitCode: "137" }))).toEqual({
    event: "die",
    service: "api",
    replica: "app",
    time: "2026-11-30T01:02:03.456Z",
    says: "die of shop-web-1, exit code 137",
  });
  expect(toldIn(line("health_status: unhealthy"))).toMatchObject({
    event: "health_status: unhealthy",
    says: "health_status: unhealthy of shop-web-1",
  });
  const second = { "com.docker.compose.container-number": "2", name: "shop-web-2" };
  expect(toldIn(line("start", second))).toMatchObject({ service: "api", replica: "web-2" });
});

test("what is no event of a replica tells nothing", () => {
  const strange = [
    line("exec_create: node -e ok"),
    line("kill", { signal: "9" }),
    line("start", { "com.docker.compose.service": "helper" }),
    line("die", { "com.docker.compose.oneoff": "True", name: "shop-web-run-0b1c" }),
    '{"Type":"container","Action":"start"}',
    "[]",
    "torn {",
    "",
  ];
  for (const one of strange) expect(toldIn(one), one).toBeUndefined();
});

/**
 * An engine that writes events when the test says so; `kept`: at once, to whoever asks since when. `hangs`: from then
 * on it answers nothing at that path.
 */
async function anEngine() {
  const streams: ServerResponse[] = [];
  const asked: string[] = [];
  const kept: string[] = [];
  const hung = new Set<string>();
  let answers = true;
  const { address } = await serveForTest((request, response) => {
    const [path = "", query = ""] = (request.url ?? "").split("?");
    asked.push(`${path} ${decodeURIComponent(query)}`);
    if (hung.has(path)) return;
    if (path === "/events") {
      response.flushHeaders();
      if (query.includes("since=")) response.write(kept.join(""));
      streams.push(response);
    } else if (path === "/_ping") {
      if (answers) response.end("OK");
      else response.destroy();
    } else response.end(JSON.stringify(path === "/version" ? { ApiVersion: "1.41" } : {}));
  });
  const engine = await openEngine(`tcp://${address}`);
  return { engine, streams, asked, kept, dies: () => (answers = false), hangs: (path: string) => void hung.add(path) };
}

interface Heard {
  readonly told: ContainerTold[];
  readonly lost: string[];
  signs: number;
}

function hearing(engine: Awaited<ReturnType<typeof anEngine>>["engine"]) {
  const ending = new AbortController();
  const heard: Heard = { told: [], lost: [], signs: 0 };
  const own = ownActs();
  const over = hearEvents({ engine, name: "shop", own }, places, {
    signal: ending.signal,
    told: (one) => void heard.told.push(one),
    asked: () => () => void (heard.signs += 1),
    broke: () => (reason) => void heard.lost.push(reason),
  });
  return {
    heard,
    own,
    events: (): readonly string[] => heard.told.map(({ event }) => event),
    end: async (): Promise<void> => {
      ending.abort();
      await over;
    },
  };
}

test("events come in whole lines, however they were cut, and only the project's own are asked for", async () => {
  const { engine, streams, asked } = await anEngine();
  const { heard, end } = hearing(engine);
  await expect.poll(() => heard.signs).toBeGreaterThan(0);
  const text = `${line("die", { exitCode: "1" })}\n${line("start")}\n`;
  streams[0]?.write(text.slice(0, 40));
  streams[0]?.write(text.slice(40, -1));
  await expect.poll(() => heard.told.map(({ event }) => event)).toEqual(["die"]);
  streams[0]?.write("\n");
  await expect.poll(() => heard.told.map(({ event }) => event)).toEqual(["die", "start"]);
  await end();
  const [filters = ""] = asked.filter((one) => one.startsWith("/events"));
  expect(filters).toContain("com.docker.compose.project=shop");
  expect(filters).toContain("health_status");
  expect(heard.lost).toEqual([]);
});

test("an engine that ends its events, or gives no sign of life, is lost, and heard again", async () => {
  const { engine, streams, dies } = await anEngine();
  const { heard, end } = hearing(engine);
  await expect.poll(() => heard.signs).toBeGreaterThan(0);
  streams[0]?.end();
  await expect.poll(() => heard.lost).toEqual(["the engine ended its events"]);
  await expect.poll(() => streams.length).toBe(2);
  streams[1]?.write(`${line("start")}\n`);
  await expect.poll(() => heard.told.length).toBe(1);
  dies();
  await expect.poll(() => heard.lost.at(-1)).toContain("the engine gives no sign of life");
  await end();
});

test("a stream that broke goes on where it ended: what came meanwhile is told once, and is known to come late", async () => {
  const { engine, streams, asked, kept } = await anEngine();
  const { heard, events, end } = hearing(engine);
  await expect.poll(() => streams.length).toBe(1);
  kept.push(`${line("start")}\n`, `${line("die", {}, nano + 5e7)}\n`);
  streams[0]?.write(kept[0]);
  await expect.poll(events).toEqual(["start"]);
  streams[0]?.end();
  await expect.poll(events).toEqual(["start", "die"]);
  expect(asked.findLast((one) => one.startsWith("/events"))).toContain("since=1796000523.456");
  expect(heard.lost).toEqual(["the engine ended its events"]);
  await end();
});

test("nothing is lost by a break in which nothing came, and no sign of life is given before that is known", async () => {
  const { engine, streams, kept } = await anEngine();
  const { heard, events, end } = hearing(engine);
  await expect.poll(() => streams.length).toBe(1);
  kept.push(`${line("start")}\n`);
  streams[0]?.write(kept[0]);
  await expect.poll(events).toEqual(["start"]);
  streams[0]?.end();
  await expect.poll(() => streams.length).toBe(2);
  const before = heard.signs;
  await expect.poll(() => heard.signs, { interval: 10 }).toBeGreaterThan(before);
  expect(events()).toEqual(["start"]);
  expect(heard.lost).toEqual([]);
  await end();
});

test("an engine that has forgotten what it told before a break may have told more, which is lost", async () => {
  const { engine, streams } = await anEngine();
  const { heard, events, end } = hearing(engine);
  await expect.poll(() => streams.length).toBe(1);
  streams[0]?.write(`${line("start")}\n`);
  await expect.poll(events).toEqual(["start"]);
  streams[0]?.end();
  await expect.poll(() => heard.lost).toEqual(["the engine ended its events"]);
  await end();
});

test("a stream on which nothing comes for long is no reason to end it", async () => {
  const { engine } = await anEngine();
  expect(engine.docker.modem).toMatchObject({ timeout: 20_000 });
  expect((await patientClient(engine)).modem).toMatchObject({ timeout: 0 });
});

test.for(["/events", "/_ping"])("an engine that answers nothing at %s holds nobody at the end", async (path) => {
  const { engine, asked, hangs } = await anEngine();
  hangs(path);
  const { end } = hearing(engine);
  await expect.poll(() => asked.some((one) => one.startsWith(path))).toBe(true);
  const from = performance.now();
  await end();
  expect(performance.now() - from).toBeLessThan(2_000);
});

test("what the harness ordered itself is told by nobody, once; what it ordered in vain is", async () => {
  const { engine, streams } = await anEngine();
  const { events, own, end } = hearing(engine);
  await expect.poll(() => streams.length).toBe(1);
  await own.order("0b1c", "die", async () => undefined);
  await own.order("0b1c", "start", async () => false);
  for (const [action, at] of [
    ["die", 0],
    ["start", 1e9],
    ["die", 2e9],
  ] as const) {
    streams[0]?.write(`${line(action, {}, nano + at)}\n`);
  }
  await expect.poll(events).toEqual(["start", "die"]);
  await end();
});

// Events as a real engine (Docker 20.10.24) writes them, shortened to what is read and what could mislead.

import { type ServerResponse } from "node:http";
import { expect, test } from "vitest";
import type { ContainerTold } from "../../../src/core/container-events.ts";
import { openEngine } from "../../../src/platforms/docker/engine.ts";
import { hearEvents, toldIn } from "../../../src/platforms/docker/hear-events.ts";
import { serveForTest } from "../../support/serve-for-test.ts";

const places = [
  { replica: "app", of: "api", service: "web", number: 1 },
  { replica: "db-1", of: "db", service: "db", number: 1 },
];

const line = (action: string, attributes: Readonly<Record<string, string>> = {}): string =>
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
    timeNano: 1796000523456789000,
  });

test("an event of a container is told with its replica, the engine's time and words", () => {
  expect(toldIn(line("die", { exitCode: "137" }), places)).toEqual({
    event: "die",
    service: "api",
    replica: "app",
    time: "2026-11-30T01:02:03.456Z",
    says: "die of shop-web-1, exit code 137",
  });
  expect(toldIn(line("health_status: unhealthy"), places)).toMatchObject({
    event: "health_status: unhealthy",
    says: "health_status: unhealthy of shop-web-1",
  });
  const second = { "com.docker.compose.container-number": "2", name: "shop-web-2" };
  expect(toldIn(line("start", second), places)).toMatchObject({ service: "api", replica: "web-2" });
});

test("what is no event of a replica tells nothing", () => {
  const strange = [
    line("exec_create: node -e ok"),
    line("kill", { signal: "9" }),
    line("start", { "com.docker.compose.service": "helper" }),
    '{"Type":"container","Action":"start"}',
    "[]",
    "torn {",
    "",
  ];
  for (const one of strange) expect(toldIn(one, places), one).toBeUndefined();
});

/** An engine that writes events when the test says so. */
async function anEngine() {
  const streams: ServerResponse[] = [];
  const asked: string[] = [];
  let answers = true;
  const { address } = await serveForTest((request, response) => {
    const [path = "", query = ""] = (request.url ?? "").split("?");
    asked.push(`${path} ${decodeURIComponent(query)}`);
    if (path === "/events") {
      response.flushHeaders();
      streams.push(response);
    } else if (path === "/_ping") {
      if (answers) response.end("OK");
      else response.destroy();
    } else response.end(JSON.stringify(path === "/version" ? { ApiVersion: "1.41" } : {}));
  });
  const engine = await openEngine(`tcp://${address}`);
  return { engine, streams, asked, dies: () => (answers = false) };
}

interface Heard {
  readonly told: ContainerTold[];
  readonly lost: string[];
  signs: number;
}

function hearing(engine: Awaited<ReturnType<typeof anEngine>>["engine"]) {
  const ending = new AbortController();
  const heard: Heard = { told: [], lost: [], signs: 0 };
  const over = hearEvents({ engine, name: "shop" }, places, {
    signal: ending.signal,
    told: (one) => void heard.told.push(one),
    asked: () => () => void (heard.signs += 1),
    lost: (reason) => void heard.lost.push(reason),
  });
  return {
    heard,
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

// A target whose platform cannot be used here: refused as bad input with the place in its file, before anything of a
// run exists.

import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { makeSandbox, rebound, type Sandbox } from "../support/rebound-process.ts";
import { serveForTest } from "../support/serve-for-test.ts";

const target = (chaos: string): string => `name: shop
summary: One web server of a compose project that runs already.
platform: docker
chaos: ${chaos}
limits: { max_share: 1 }
containers: { project: shop }
start: { ready: "http://127.0.0.1:{port:web}/", timeout: 5s, stop_timeout: 1s }
services:
  - { name: web, health: /, replicas: [{ id: web, port: 8080, container: web-1 }] }
traffic: { name: ask, method: GET, url: "http://127.0.0.1:{port:web}/", stream: whole }
probes:
  - { name: replicas.web, kind: healthy-replicas, service: web, every: 250ms, timeout: 1s }
edges: []
feed: none
classes: []
pathways: []
`;

const intent = `version: 1
title: The web server is killed
belief: When the only web server of this shop is killed, nobody starts it again, and users are not answered any more.
target: shop
arms: [treatment]
load: { rate: 5/s, slow_over: 1s, timeout: 2s, warmup: 500ms, baseline: 3s }
steady: { window: 1s, where: { answered: users.error_share <= 0.1 } }
disturb:
  - { fault: container.kill, on: { replica_of: web, count: all } }
watch: 5s
limits: { max_share: 1 }
expect: { never: { odd: users.error_share > 0.99 } }
`;

/** The user stands in a folder with the target and one intent. */
async function standing(env: Readonly<Record<string, string>>, chaos = "allowed"): Promise<Sandbox> {
  const sandbox = await makeSandbox(env);
  const cwd = dirname(sandbox.out);
  await mkdir(join(cwd, "targets/shop"), { recursive: true });
  await mkdir(join(cwd, "experiments/shop"), { recursive: true });
  await writeFile(join(cwd, "targets/shop/target.yaml"), target(chaos));
  await writeFile(join(cwd, "experiments/shop/killed.yaml"), intent);
  return { ...sandbox, cwd };
}

type Answers = Readonly<Record<string, unknown>>;
const sound: Answers = { "/version": { ApiVersion: "1.47" }, "/info": {}, "/containers/json": [] };
const container = (state: Answers): Answers => ({
  ...sound,
  "/containers/json": [{ Id: "a1" }],
  "/containers/a1/json": {
    Id: "a1",
    Name: "/shop-web-1",
    State: { StartedAt: "2026-11-30T01:02:03Z", ...state },
    Config: { Labels: { "com.docker.compose.service": "web", "com.docker.compose.container-number": "1" } },
    HostConfig: { PortBindings: {} },
    NetworkSettings: { Ports: {}, Networks: {} },
  },
});

const refused: readonly [what: string, answers: Answers, at: string, says: RegExp][] = [
  ["an engine of an old API", { ...sound, "/version": { ApiVersion: "1.40" } }, "3:11", /has the API 1\.40; .+ 1\.41/],
  [
    "a rootless engine",
    { ...sound, "/info": { SecurityOptions: ["name=rootless"] } },
    "3:11",
    /is rootless; .+ as root/,
  ],
  ["what is no engine", { "/version": {} }, "3:11", /is no Docker engine, by its \/version/],
  ["a project that nobody started", sound, "6:24", /no container of a project shop; .+is it started/],
  ["a paused container", container({ Running: true, Paused: true }), "9:74", /shop-web-1 .+ is paused; .+ unpause it/],
  [
    "a container that does not run",
    container({ Running: false }),
    "9:74",
    /does not run; expected one that runs; start it/,
  ],
  ["a container that is reached by no port", container({ Running: true }), "9:57", /publishes no port 8080 .+ add it/],
];

test.each(refused)(
  "%s is refused with exit code 3 and its place, and nothing is done",
  async (_what, answers, at, says) => {
    const asked: string[] = [];
    const { address } = await serveForTest((request, response) => {
      const [path = ""] = (request.url ?? "").split("?");
      asked.push(request.method ?? "");
      response.statusCode = path in answers ? 200 : 404;
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(answers[path] ?? {}));
    });
    await using here = await standing({ DOCKER_HOST: `tcp://${address}` });
    const { code, text } = await rebound(["run", "experiments/shop/killed.yaml", "--out", here.out], here);
    expect(text).toMatch(says);
    expect(text).toContain(`targets/shop/target.yaml:${at}: `);
    expect(text).toContain("nothing was started");
    expect(code, text).toBe(3);
    expect(new Set(asked)).toEqual(new Set(["GET"]));
    expect(existsSync(here.out)).toBe(false);
  },
);

test("a socket where nobody listens is refused so by run and up, and doctor names it too", async () => {
  await using here = await standing({ DOCKER_HOST: "unix:///nobody/listens/here.sock" });
  const says = "targets/shop/target.yaml:3:11: no Docker engine answers at unix:///nobody/listens/here.sock";
  for (const args of [
    ["run", "experiments/shop/killed.yaml", "--out", here.out],
    ["up", "shop"],
  ]) {
    const { code, text } = await rebound(args, here);
    expect(text).toContain(says);
    expect(text).toContain("name it in DOCKER_HOST");
    expect(code, text).toBe(3);
  }
  expect(existsSync(here.out)).toBe(false);
  const { code, text } = await rebound(["doctor", "shop"], here);
  expect(text).toContain(says);
  expect(text).toContain("no run on shop is possible");
  expect(code).toBe(4);
});

test("a project whose owner did not allow chaos is refused by its place, and its engine is not asked", async () => {
  const asked: string[] = [];
  const { address } = await serveForTest((request, response) => {
    asked.push(request.url ?? "");
    response.end("{}");
  });
  await using here = await standing({ DOCKER_HOST: `tcp://${address}` }, "forbidden");
  const places: readonly [args: readonly string[], says: string][] = [
    [
      ["run", "experiments/shop/killed.yaml"],
      "experiments/shop/killed.yaml:4:9: the target shop, which does not allow",
    ],
    [["up", "shop"], 'targets/shop/target.yaml:4:8: no "chaos: allowed"'],
  ];
  for (const [args, says] of places) {
    const { code, text } = await rebound(args, here);
    expect(text).toContain(says);
    expect(code, text).toBe(3);
  }
  expect(asked).toEqual([]);
});

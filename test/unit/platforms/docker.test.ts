import { spawn } from "node:child_process";
import { expect, test } from "vitest";
import {
  containerOf,
  instanceOf,
  publishedPort,
  type SeenContainer,
} from "../../../src/platforms/docker/containers.ts";
import { isNewEnough, openEngine, whatToDo } from "../../../src/platforms/docker/engine.ts";
import { onlyChildOf } from "../../../src/platforms/docker/main-process.ts";
import { docker } from "../../../src/platforms/docker/platform.ts";
import { entryOf, wayOf } from "../../../src/platforms/docker/ways.ts";
import { serveForTest } from "../../support/serve-for-test.ts";

test("an instance is one start of one container, and leads back to it", () => {
  const id = "0123456789ab".padEnd(64, "c");
  const instance = instanceOf(id, "2026-11-30T01:02:03.4Z");
  expect(containerOf(instance)).toEqual({ id: "0123456789ab", startedAt: "2026-11-30T01:02:03.4Z" });
  expect(instanceOf(id, "2026-11-30T01:02:04Z")).not.toBe(instance);
  expect(() => containerOf("pid 7/100")).toThrow("does not name a container");
});

test("a port counts as published only where the loopback address leads to it", () => {
  const at = (...hosts: string[]): number | undefined => {
    const bound = hosts.map((HostIp, index) => ({ HostIp, HostPort: String(8000 + index) }));
    return publishedPort({ info: { NetworkSettings: { Ports: { "80/tcp": bound } } } } as unknown as SeenContainer, 80);
  };
  expect([at("10.0.0.7"), at("127.0.0.2"), at()]).toEqual([undefined, undefined, undefined]);
  expect([at("127.0.0.1"), at("0.0.0.0"), at("::"), at("")]).toEqual([8000, 8000, 8000, 8000]);
  expect(at("10.0.0.7", "127.0.0.1")).toBe(8001);
});

test("engines before Docker 20.10 are refused", () => {
  expect(["1.41", "1.47", "2.0"].map(isNewEnough)).toEqual([true, true, true]);
  expect(["1.40", "1.24", "0.9", ""].map(isNewEnough)).toEqual([false, false, false, false]);
});

test("what is no engine is refused as such, by what it answers", async () => {
  const answers: Record<string, unknown>[] = [
    { "/version": {}, "/info": {} },
    { "/version": "<html>", "/info": {} },
    { "/version": { ApiVersion: "1.47" }, "/info": null },
  ];
  for (const answer of answers) {
    const { address } = await serveForTest((request, response) => {
      response.end(JSON.stringify(answer[request.url ?? ""]));
    });
    await expect(openEngine(`tcp://${address}`)).rejects.toMatchObject({ code: "environment" });
  }
});

const refusedEngines = [
  {
    what: "of an old API",
    version: { ApiVersion: "1.40" },
    info: {},
    says: /has the API 1\.40/,
    hint: /1\.41 \(Docker 20\.10\) or later/,
  },
  {
    what: "that is rootless",
    version: { ApiVersion: "1.47" },
    info: { SecurityOptions: ["name=seccomp,profile=default", "name=rootless"] },
    says: /is rootless/,
    hint: /runs as root/,
  },
];
test.each(refusedEngines)(
  "an engine $what is refused before anything is asked of it, with what to do",
  async ({ version, info, says, hint }) => {
    const asked: string[] = [];
    const { address } = await serveForTest((request, response) => {
      asked.push(request.url ?? "");
      response.end(JSON.stringify(request.url === "/version" ? version : info));
    });
    await expect(openEngine(`tcp://${address}`)).rejects.toMatchObject({
      code: "environment",
      message: expect.stringMatching(says) as string,
      hint: expect.stringMatching(hint) as string,
    });
    expect(asked.filter((path) => path !== "/version" && path !== "/info")).toEqual([]);
  },
);

test("who may not open the engine's socket is told so, and not to start one", () => {
  const denied = Object.assign(new Error("connect EACCES /var/run/docker.sock"), { code: "EACCES" });
  expect(whatToDo(denied)).toContain("may not open its socket");
  expect(whatToDo(Object.assign(new Error("connect ENOENT"), { code: "ENOENT" }))).toContain("start one");
});

test("of several children none is the main process", async () => {
  const childrenOf = async (script: string): Promise<number | undefined> => {
    const shell = spawn("sh", ["-c", `${script} echo ready; wait`], { detached: true });
    await new Promise((resolve) => shell.stdout.once("data", resolve));
    const found = await onlyChildOf(shell.pid ?? 0);
    process.kill(-(shell.pid ?? 0), "SIGKILL");
    return found;
  };
  expect(await childrenOf("sleep 60 &")).toBeGreaterThan(0);
  expect(await childrenOf("sleep 60 & sleep 60 &")).toBeUndefined();
});

test("an engine on another machine is refused before it is asked", async () => {
  for (const host of ["tcp://10.0.0.7:2375", "ssh://me@elsewhere", "tcp://127.0.0.1"]) {
    await expect(openEngine(host)).rejects.toMatchObject({ code: "bad-input" });
  }
});

test("an entry of an undo log is opened by its own platform alone", async () => {
  const way = { kind: "stack", engine: "unix:///nowhere.sock", marker: "ab" } as const;
  expect(wayOf(entryOf(way))).toEqual(way);
  const foreign = { ...entryOf(way), platform: "processes" };
  await expect(docker.takeBack(foreign, { graceMs: 0, signal: AbortSignal.timeout(9) })).rejects.toThrow("processes");
  await expect(docker.reopen({ platform: "processes" })).rejects.toMatchObject({ code: "environment" });
});

test("an engine that is gone is no success of taking back", async () => {
  const entry = entryOf({ kind: "stack", engine: "unix:///nowhere.sock", marker: "ab" });
  const taken = await docker.takeBack(entry, { graceMs: 0, signal: AbortSignal.timeout(9) });
  expect(taken.ok).toBe(false);
  expect(taken.says).toContain("no Docker engine answers");
});

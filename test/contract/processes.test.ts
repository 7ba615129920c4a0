// Starting and ending real stacks: what they are told, what is left of them, and what we refuse to touch.

import { serveForTest } from "../support/serve-for-test.ts";
import { instanceOf } from "../../src/platforms/processes/instance.ts";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { HarnessError } from "../../src/core/errors.ts";
import type { Target } from "../../src/core/target.ts";
import { controlsFor } from "../../src/platforms/processes/controls.ts";
import { findByMarker } from "../support/find-by-marker.ts";
import { endProcesses, isAlive, startTimeOf } from "../../src/platforms/processes/process-table.ts";
import { startTarget, type RunningTarget, type StartOptions } from "../../src/platforms/processes/start-target.ts";
import { createWorkDir, removeWorkDir } from "../../src/platforms/processes/work-dir.ts";
import { echoTarget, fixtureTarget, plainOptions } from "../support/fixture-target.ts";

let id: string;
let workDir: string;
let running: RunningTarget | undefined;

beforeEach(async () => {
  id = `test-${randomUUID()}`;
  workDir = await createWorkDir(id);
});

afterEach(async () => {
  await running?.stop();
  running = undefined;
  await removeWorkDir(workDir, id);
  expect(await findByMarker(id)).toEqual([]);
});

async function start(target: Target, more: Partial<StartOptions> = {}): Promise<RunningTarget> {
  running = await startTarget(target, { ...plainOptions(id, workDir), ...more });
  return running;
}

async function environmentOf(stack: RunningTarget): Promise<Record<string, string>> {
  const answer = await fetch(stack.fill("http://127.0.0.1:{port:stack}/environment"));
  return (await answer.json()) as Record<string, string>;
}

/** One request to each of the backs: the front asks them in turn. */
async function statusesOfFront(stack: RunningTarget): Promise<number[]> {
  const url = stack.fill("http://127.0.0.1:{port:front}/echo?text=x");
  return [(await fetch(url)).status, (await fetch(url)).status];
}

const signal = AbortSignal.timeout(60_000);
const site = (replica: string) => ({ service: replica, replica, seed: 1, undoDir: join(workDir, "undo") });

test("a started target answers on the ports it was given and leaves no process when stopped", async () => {
  const stack = await start(echoTarget());
  const answer = await fetch(stack.fill("http://127.0.0.1:{port:front}/echo?text=hello"));
  expect(await answer.json()).toEqual({ text: "hello" });
  const { replicas } = await stack.inventory(signal);
  expect(replicas.map((entry) => [entry.replica, entry.port])).toEqual([
    ["back-1", stack.ports["back-1"]],
    ["back-2", stack.ports["back-2"]],
    ["front", stack.ports["front"]],
  ]);
  expect((await findByMarker(id)).length).toBe(4);
  expect(await stack.stop()).toEqual({ killed: [], remaining: [] });
  expect(await findByMarker(id)).toEqual([]);
});

test("a target whose inventory places a replica elsewhere does not start, unless it lists that place", async () => {
  const elsewhere = fixtureTarget({ FIXTURE_HOST: "10.1.2.3:6333" });
  const refused = start(elsewhere);
  await expect(refused).rejects.toMatchObject({ code: "bad-input" });
  await expect(refused).rejects.toThrow('has vec at "10.1.2.3:6333", which is not this machine');
  expect(await findByMarker(id)).toEqual([]);
  const stack = await start({ ...elsewhere, addresses: ["10.1.0.0/16"] });
  expect((await stack.inventory(signal)).replicas.map(({ replica }) => replica)).toEqual(["vec"]);
});

test("a redirect is not a sign of readiness, wherever it leads", async () => {
  const elsewhere = await serveForTest((_, response) => response.end("well"));
  const target = fixtureTarget({ FIXTURE_READY_AT: `${elsewhere.url}/` });
  const starting = start({ ...target, start: { ...target.start, timeoutMs: 1_500 } });
  await expect(starting).rejects.toThrow("was not ready within 1500 ms");
});

test("what dies in the echo target stays dead until the operator starts it, and only with the token", async () => {
  const stack = await start(echoTarget());
  const { process: control, replica } = controlsFor(stack, site("back-1"));
  const found = (await control?.find()) ?? "nothing";
  await control?.signal(found, "SIGKILL");
  await expect.poll(() => control?.isAlive(found)).toBe(false);
  await expect.poll(async () => (await stack.inventory(signal)).replicas[0]?.instance).toBeNull();
  expect((await statusesOfFront(stack)).toSorted((a, b) => a - b)).toEqual([200, 502]);
  const url = stack.fill("http://127.0.0.1:{port:stack}/replicas/back-1/start");
  expect((await fetch(url, { method: "POST", headers: { authorization: "Bearer wrong" } })).status).toBe(401);
  expect(await replica?.ensureRunning(signal)).toMatchObject({ started: true });
  expect(await replica?.ensureRunning(signal)).toMatchObject({ started: false });
  expect(await statusesOfFront(stack)).toEqual([200, 200]);
});

test("a target is told its edges, token and ablations, keeps the user's own ablations, and sees nothing of the harness", async () => {
  process.env["REBOUND_SECRET_PLAN"] = "kill";
  process.env["FIXTURE_NOOP"] = "by-hand";
  try {
    const edges: StartOptions["edges"] = (edge, upstream) => Promise.resolve(`127.0.0.1:1/${edge.to}/${upstream}`);
    const stack = await start(fixtureTarget(), { edges, ablated: ["planned", "by-hand"] });
    const environment = await environmentOf(stack);
    expect(environment["STACK_TO_VEC"]).toBe(`127.0.0.1:1/vec/127.0.0.1:${stack.ports["vec"]}`);
    expect(environment["FIXTURE_TOKEN"]).toBe(stack.token);
    expect(environment["FIXTURE_NOOP"]).toBe("by-hand,planned");
    expect(environment["FIXTURE_DIR"]).toBe(workDir);
    expect(Object.keys(environment).filter((name) => name.startsWith("REBOUND_"))).toEqual([]);
  } finally {
    delete process.env["REBOUND_SECRET_PLAN"];
    delete process.env["FIXTURE_NOOP"];
  }
});

test("a target is told to start without its healer only where that is asked for", async () => {
  const target = { ...fixtureTarget(), unhealedEnv: "FIXTURE_ALONE" };
  const alone = await start(target, { unhealed: true });
  expect(await environmentOf(alone)).toMatchObject({ FIXTURE_ALONE: "1" });
  await alone.stop();
  expect(await environmentOf(await start(target, {}))).not.toHaveProperty("FIXTURE_ALONE");
});

test("the operator's token lies in a file that only we may read, and is blacked out in what the log shows", async () => {
  const lines: string[] = [];
  const stack = await start(fixtureTarget(), { onLog: (line) => lines.push(line) });
  expect((await stat(stack.tokenFile ?? "")).mode & 0o777).toBe(0o600);
  expect(await readFile(stack.tokenFile ?? "", "utf8")).toBe(stack.token);
  await stack.stop();
  expect(lines).toContain("operator token [secret]");
});

test("a target that dies at start is an environment error with its last words, without secrets", async () => {
  const failure = await start(fixtureTarget({ FIXTURE_BREAK: "7" })).catch((thrown: unknown) => thrown);
  expect(failure).toBeInstanceOf(HarnessError);
  expect(failure).toMatchObject({
    code: "environment",
    message: expect.stringContaining("ended (7) before it was ready"),
  });
  expect((failure as HarnessError).message).toContain("operator token [secret]");
});

test("a target that never becomes ready is ended when its time is over", async () => {
  const target = fixtureTarget();
  const slow = {
    ...target,
    start: { ...target.start, timeoutMs: 700, readyUrl: "http://127.0.0.1:{port:stack}/never" },
  };
  await expect(start(slow)).rejects.toThrow(/was not ready within 700 ms .*its last words/s);
  expect(await findByMarker(id)).toEqual([]);
});

test("a target that ignores SIGTERM is killed with everything that carries its mark", async () => {
  const stack = await start(fixtureTarget({ FIXTURE_DEAF: "1" }));
  const before = await findByMarker(id);
  const { killed, remaining } = await stack.stop();
  expect(remaining).toEqual([]);
  // The supervisor, its replica and the replica's worker.
  expect(before.length).toBe(3);
  for (const { pid, startTime } of before) expect(await isAlive(pid, startTime)).toBe(false);
  expect(new Set(killed.map(({ pid }) => pid))).toEqual(new Set(before.map(({ pid }) => pid)));
});

test("a process outside the stack is never signalled, whatever pid the inventory gives", async () => {
  const stack = await start(fixtureTarget());
  const stranger = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  try {
    const { process: control } = controlsFor(stack, site("vec"));
    const nameOf = async (pid: number) => instanceOf({ pid, startTime: (await startTimeOf(pid)) ?? "" });
    const foreign = [await nameOf(stranger.pid ?? 0), await nameOf(process.pid)];
    for (const instance of foreign)
      await expect(control?.signal(instance, "SIGKILL")).rejects.toThrow("not part of the stack");
    const own = (await control?.find()) ?? "nothing";
    const reused = control?.signal(own.replace("/", "/1"), "SIGKILL");
    await expect(reused).rejects.toThrow("another process by now");
    expect(await isAlive(stranger.pid ?? 0)).toBe(true);
    expect(await control?.isAlive(own)).toBe(true);
  } finally {
    stranger.kill("SIGKILL");
  }
});

test("a reused pid is not the old process: its start time differs, and it is not ended", async () => {
  const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  const pid = other.pid ?? 0;
  try {
    const startTime = (await startTimeOf(pid)) ?? "";
    expect(await isAlive(pid, startTime)).toBe(true);
    expect(await isAlive(pid, `1${startTime}`)).toBe(false);
    expect(await endProcesses([{ pid, startTime: `1${startTime}` }], 100)).toEqual([]);
    expect(await isAlive(pid, startTime)).toBe(true);
    expect(await endProcesses([{ pid, startTime }], 2_000)).toEqual([]);
    expect(await isAlive(pid, startTime)).toBe(false);
  } finally {
    other.kill("SIGKILL");
  }
});

test("files outside what the target publishes are refused, also inside its work folder", async () => {
  const stack = await start(fixtureTarget());
  const { files } = controlsFor(stack, site("vec"));
  const { path } = (await files?.published("index")) ?? { path: "" };
  expect((await files?.read(path, 0, 7))?.length).toBe(7);
  await expect(files?.read("/etc/hostname", 0, 1)).rejects.toThrow("refusing to touch");
  await expect(files?.write(join(workDir, "stack.log"), 0, new Uint8Array(1))).rejects.toThrow("refusing to touch");
  await expect(files?.write(path, (await stat(path)).size, new Uint8Array(1))).rejects.toThrow("past the end");
  await expect(files?.published("ledger")).rejects.toThrow(
    "publishes no file of role ledger (it has: index, prefix-cache, embedding-cache, answer-cache, model, manifest)",
  );
});

test("a target without `chaos: allowed` is not started", async () => {
  await expect(start({ ...fixtureTarget(), chaosAllowed: false })).rejects.toMatchObject({ code: "bad-input" });
});

test("an abort during the start ends the stack and counts as interrupted", async () => {
  const target = fixtureTarget();
  const never = { ...target, start: { ...target.start, readyUrl: "http://127.0.0.1:{port:stack}/never-ready" } };
  const abort = new AbortController();
  const onStarted = async (): Promise<void> => abort.abort();
  await expect(start(never, { signal: abort.signal, onStarted })).rejects.toMatchObject({ code: "interrupted" });
});

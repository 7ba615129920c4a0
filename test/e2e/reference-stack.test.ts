// The whole reference stack as its target.yaml starts it, with nobody in between: does it answer, does a death stay a
// death, does the hand work, and is it gone afterwards? The healer runs with its hands tied, so that only we repair.

import { freePort } from "../support/free-port.ts";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { portVariable, projectRoot, REPLICA_IDS } from "../../targets/reference-ai-stack/config.ts";

interface Row {
  readonly replica: string;
  readonly pid: number | null;
  readonly weight?: number;
  readonly files?: readonly {
    readonly path: string;
    readonly payload: { readonly offset: number; readonly rowBytes: number; readonly rows: number };
  }[];
}

const TOKEN = "operator-of-this-test";
const stack = join(projectRoot(), "dist/targets/reference-ai-stack");
const golden = readFileSync(join(projectRoot(), "targets/reference-ai-stack/corpus/golden.jsonl"), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as { question: string; passage: string });
const ports = new Map<string, number>();
let dataDir: string;
let supervisor: ChildProcess;

beforeAll(async () => {
  const prepare = spawn(process.execPath, [join(stack, "prepare.js")], { stdio: ["ignore", "ignore", "inherit"] });
  const [code] = (await once(prepare, "exit")) as [number | null];
  expect(code).toBe(0);
  dataDir = mkdtempSync(join(tmpdir(), "reference-stack-"));
  const env: Record<string, string | undefined> = { ...process.env };
  for (const replica of ["supervisor", ...REPLICA_IDS] as const) {
    const port = await freePort();
    ports.set(replica, port);
    env[portVariable(replica)] = String(port);
  }
  supervisor = spawn(process.execPath, [join(stack, "supervisor/main.js")], {
    env: {
      ...env,
      STACK_DATA_DIR: dataDir,
      STACK_OPERATOR_TOKEN: TOKEN,
      HEALER_NOOP_ACTIONS: "restart-replica,redistribute-traffic,restore-index",
    },
    stdio: "ignore",
  });
  await vi.waitFor(async () => expect(await ready()).toBe(true), { timeout: 60_000, interval: 50 });
}, 900_000);

afterAll(async () => {
  if (supervisor.exitCode === null) {
    supervisor.kill("SIGTERM");
    await once(supervisor, "exit");
  }
  rmSync(dataDir, { recursive: true, force: true });
});

function url(replica: string, path: string): string {
  return `http://127.0.0.1:${ports.get(replica)}${path}`;
}

async function ready(): Promise<boolean> {
  return fetch(url("supervisor", "/ready")).then(
    (answer) => answer.ok,
    () => false,
  );
}

async function row(replica: string): Promise<Row> {
  const answer = await fetch(url("supervisor", "/inventory"));
  const { replicas } = (await answer.json()) as { replicas: Row[] };
  const found = replicas.find((one) => one.replica === replica);
  if (found === undefined) throw new Error(`the inventory has no ${replica}`);
  return found;
}

async function control(
  path: string,
  body: object = {},
  token = TOKEN,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await fetch(url("supervisor", path), {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

async function ask(question: string): Promise<{ status: number; text: string }> {
  const answer = await fetch(url("gateway", "/v1/chat/completions"), {
    method: "POST",
    body: JSON.stringify({ messages: [{ role: "user", content: question }] }),
  });
  const body = (await answer.json()) as { choices?: { message: { content: string } }[] };
  return { status: answer.status, text: body.choices?.[0]?.message.content ?? "" };
}

async function selfRetrieval(replica: string): Promise<number> {
  const answer = await fetch(url(replica, "/self-retrieval?n=200&seed=3"));
  return ((await answer.json()) as { share: number }).share;
}

it("cites the right passage for most of the golden questions", async () => {
  const asked = golden.filter((_, index) => index % 6 === 0);
  let right = 0;
  for (const { question, passage } of asked) {
    if ((await ask(question)).text.includes(`[${passage}]`)) right += 1;
  }
  expect(asked.length).toBeGreaterThanOrEqual(30);
  expect(right / asked.length).toBeGreaterThan(0.9);
});

it("publishes every replica with its pid, and the byte range of each index", async () => {
  for (const replica of REPLICA_IDS) expect((await row(replica)).pid).toBeGreaterThan(0);
  const { files } = await row("vector-1");
  const payload = files?.[0]?.payload;
  expect(payload).toMatchObject({ offset: 8, rowBytes: 2048 });
  expect(payload?.rows).toBeGreaterThanOrEqual(2000);
});

it("turns away whoever has no token, or a wrong one, and does nothing for them", async () => {
  const before = (await row("inference-1")).pid;
  for (const path of [
    "/replicas/inference-1/start",
    "/replicas/inference-1/restart",
    "/replicas/vector-1/index",
    "/weights",
    "/operations/restart-replica",
    "/operations/add-replica",
  ]) {
    expect((await fetch(url("supervisor", path), { method: "POST" })).status).toBe(401);
    expect((await control(path, { source: "snapshot", weights: { "inference-1": 0 } }, "wrong")).status).toBe(401);
  }
  expect(await row("inference-1")).toMatchObject({ pid: before, weight: 1 });
});

it("leaves a killed replica dead while the gateway goes on answering, until the operator starts it", async () => {
  process.kill((await row("inference-1")).pid ?? 0, "SIGKILL");
  await expect.poll(async () => (await row("inference-1")).pid).toBeNull();
  const until = performance.now() + 2000;
  while (performance.now() < until) {
    expect((await ask(golden[0]?.question ?? "")).status).toBe(200);
    expect((await row("inference-1")).pid).toBeNull();
  }
  const started = await control("/replicas/inference-1/start");
  expect(started.body).toMatchObject({ started: true });
  await expect
    .poll(async () => (await fetch(url("inference-1", "/health")).catch(() => undefined))?.status, { timeout: 10_000 })
    .toBe(200);
  expect(await control("/replicas/inference-1/start")).toEqual({
    status: 200,
    body: { started: false, pid: started.body["pid"] },
  });
});

it("restarts a replica into another process on the same port", async () => {
  const before = (await row("vector-2")).pid;
  const restarted = await control("/replicas/vector-2/restart");
  expect(restarted.status).toBe(200);
  expect(restarted.body["pid"]).not.toBe(before);
  expect((await fetch(url("vector-2", "/health"))).status).toBe(200);
});

it("drains a replica when told to, keeps that over a restart of the gateway, and refuses to drain the last one", async () => {
  expect((await control("/weights", { weights: { "inference-2": 0 } })).status).toBe(200);
  expect((await row("inference-2")).weight).toBe(0);
  expect((await control("/weights", { weights: { "inference-1": 0 } })).status).toBe(409);
  expect((await control("/replicas/gateway/restart")).status).toBe(200);
  expect((await ask(golden[0]?.question ?? "")).status).toBe(200);
  expect((await upstreams()).find((one) => one.replica === "inference-2")).toMatchObject({ weight: 0, requests: 0 });
  expect((await control("/weights", { weights: { "inference-2": 1 } })).status).toBe(200);
});

async function upstreams(): Promise<{ replica: string; weight: number; requests: number }[]> {
  const answer = await fetch(url("gateway", "/internal/upstreams"));
  return ((await answer.json()) as { upstreams: { replica: string; weight: number; requests: number }[] }).upstreams;
}

it("takes up one more replica while it runs, over a restart of the gateway too, and lets it go without a failed chat", async () => {
  const added = await control("/operations/add-replica", { service: "inference" });
  expect(added).toMatchObject({ status: 200, body: { replica: "inference-3" } });
  expect(await row("inference-3")).toMatchObject({ pid: added.body["pid"], weight: 1 });
  for (const restart of [false, true]) {
    if (restart) expect((await control("/operations/restart-replica", { replica: "gateway" })).status).toBe(200);
    for (let n = 0; n < 6; n += 1) expect((await ask(golden[0]?.question ?? "")).status).toBe(200);
    const newest = (await upstreams()).find((one) => one.replica === "inference-3");
    expect(newest?.weight).toBe(1);
    // Its third of our six; a healer that looks again after the gateway was gone may ask a question of its own besides.
    expect([2, 3]).toContain(newest?.requests);
  }
  const during = Promise.all(golden.slice(0, 12).map(async ({ question }) => (await ask(question)).status));
  expect((await control("/operations/remove-replica", { replica: "inference-3" })).status).toBe(200);
  expect(new Set(await during)).toEqual(new Set([200]));
  await expect(row("inference-3")).rejects.toThrow("the inventory has no inference-3");
  expect(() => process.kill(Number(added.body["pid"]), 0)).toThrow("ESRCH");
  expect((await upstreams()).map((one) => one.replica)).not.toContain("inference-3");
});

it("refuses to add or remove a replica that holds state, or whose service nobody knows", async () => {
  expect((await control("/operations/add-replica", { service: "vector" })).status).toBe(409);
  expect((await control("/operations/add-replica", { service: "infernece" })).status).toBe(404);
  expect((await control("/operations/remove-replica", { replica: "vector-2" })).status).toBe(409);
  expect((await control("/operations/remove-replica", {})).status).toBe(400);
});

it.each(["snapshot", "vector-2"])("brings a damaged index back from %s", async (source) => {
  const file = (await row("vector-1")).files?.[0];
  if (file === undefined) throw new Error("vector-1 publishes no file");
  const handle = await open(file.path, "r+");
  const zeroed = Buffer.alloc(file.payload.rowBytes * Math.floor(file.payload.rows / 2));
  await handle.write(zeroed, 0, zeroed.length, file.payload.offset);
  await handle.close();
  expect(await selfRetrieval("vector-1")).toBeLessThan(0.9);
  expect(await control("/replicas/vector-2/index", { source: "vector-1" })).toMatchObject({ status: 409 });
  const restored = await control("/replicas/vector-1/index", { source });
  expect(restored).toMatchObject({ status: 200, body: { rows: file.payload.rows, reloaded: true } });
  expect(await selfRetrieval("vector-1")).toBe(1);
  const manifest = (await (await fetch(url("vector-1", "/manifest"))).json()) as {
    indexHash: string;
    manifestHash: string;
  };
  expect(manifest.indexHash).toBe(restored.body["hash"]);
  expect(manifest.manifestHash).toBe(restored.body["hash"]);
});

it("ends on SIGTERM with all its children", async () => {
  const pids: number[] = [];
  for (const replica of REPLICA_IDS) pids.push((await row(replica)).pid ?? 0);
  supervisor.kill("SIGTERM");
  await once(supervisor, "exit");
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow("ESRCH");
});

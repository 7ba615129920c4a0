// An inference replica whose engine is a process of its own: the same answers, a health check that stays green while
// the engine is stopped or gone, and nothing of it left when the replica ends.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { promptFor } from "../../targets/reference-ai-stack/common/passages.ts";
import { shippedCards } from "../../targets/reference-ai-stack/registry/shipped.ts";
import { freePort } from "../support/free-port.ts";

const MAIN = join(import.meta.dirname, "../../dist/targets/reference-ai-stack/inference/main.js");
const messages = [
  promptFor([{ id: "fs.stat", text: "Gets information about a file. The callback gets two arguments." }]),
  { role: "user", content: "How do I get information about a file?" },
];

interface Replica {
  readonly url: string;
  readonly child: ChildProcess;
  /** Where it keeps what it has cached. */
  readonly dataDir: string;
}

const started: Replica[] = [];
afterEach(async () => {
  for (const { child, dataDir } of started.splice(0)) {
    for (const worker of await childrenOf(child)) process.kill(worker, "SIGKILL");
    child.kill("SIGKILL");
    await rm(dataDir, { recursive: true, force: true });
  }
});

async function start(where: "inside" | "apart", more: Readonly<Record<string, string>> = {}): Promise<Replica> {
  const port = await freePort();
  const dataDir = mkdtempSync(join(tmpdir(), "replica-"));
  const env = {
    ...process.env,
    REPLICA_ID: "inference-1",
    REPLICA_PORT: String(port),
    INFERENCE_PROCESS: where,
    ...more,
  };
  const child = spawn(process.execPath, [MAIN], {
    env: { ...env, STACK_DATA_DIR: dataDir, OTEL_SDK_DISABLED: "true" },
    stdio: "ignore",
  });
  const replica = { url: `http://127.0.0.1:${port}`, child, dataDir };
  started.push(replica);
  await expect.poll(() => isGreen(replica), { timeout: 20_000 }).toBe(true);
  return replica;
}

function isGreen({ url }: Replica): Promise<boolean> {
  return fetch(`${url}/health`).then(
    (answer) => answer.ok,
    () => false,
  );
}

function ask({ url }: Replica, more: object = {}, signal?: AbortSignal): Promise<Response> {
  const body = JSON.stringify({ messages, ...more });
  return fetch(`${url}/v1/chat/completions`, { method: "POST", body, ...(signal && { signal }) });
}

/** What was said, without what names the one answer. */
async function said(replica: Replica): Promise<string> {
  const text = await (await ask(replica, { stream: true, stream_options: { include_usage: true } })).text();
  const contents = [...text.matchAll(/"content":("(?:[^"\\]|\\.)*")/g)].map(([, json = '""']) => JSON.parse(json));
  return `${contents.join("")} ${/"usage":\{[^}]*\}/.exec(text)?.[0] ?? ""} ${text.trimEnd().endsWith("[DONE]")}`;
}

async function childrenOf({ pid }: ChildProcess): Promise<readonly number[]> {
  const stats = await Promise.all(
    (await readdir("/proc"))
      .filter((name) => /^\d+$/.test(name))
      .map(async (name) => ({ name, stat: await readFile(`/proc/${name}/stat`, "utf8").catch(() => "") })),
  );
  const isChild = (stat: string): boolean => stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1] === String(pid);
  return stats.filter(({ stat }) => isChild(stat)).map(({ name }) => Number(name));
}

test("an engine apart gives the answer that an engine inside gives, with the same usage", async () => {
  const [inside, apart] = [await start("inside"), await start("apart")];
  expect(await childrenOf(inside.child)).toHaveLength(0);
  expect(await childrenOf(apart.child)).toHaveLength(1);
  expect(await said(apart)).toBe(await said(inside));
  expect(await said(apart)).toMatch(/\[fs\.stat\].*"completion_tokens":\d+.*true$/s);
});

test("an engine apart answers as the version does that is asked, shares no block between versions, and clears its cache", async () => {
  const [stable, other] = ["extractive-1", "extractive-6"].map((name) =>
    shippedCards().find((card) => card.name === name),
  );
  const models = { INFERENCE_MODELS: JSON.stringify({ stable, others: [other] }), PREFIX_CACHE_TOKEN: "cache" };
  const [inside, apart] = [await start("inside", models), await start("apart", models)];
  const of = async (replica: Replica, more: object): Promise<string> =>
    ((await (await ask(replica, more)).json()) as { choices: [{ message: { content: string } }] }).choices[0].message
      .content;
  for (const model of ["extractive-1", "extractive-6"]) {
    expect(await of(apart, { model })).toBe(await of(inside, { model }));
  }
  expect(await of(apart, { model: "extractive-1" })).not.toBe(await of(apart, { model: "extractive-6" }));
  const page = await (await fetch(`${apart.url}/metrics`)).text();
  // The first answer of each version was read whole, the second out of its own blocks.
  const [, asked, hits] = /queries_total\{[^}]*\} (\d+)[^]*hits_total\{[^}]*\} (\d+)/.exec(page) ?? [];
  expect(Number(hits)).toBeGreaterThan(0);
  expect(Number(hits)).toBeLessThanOrEqual(Number(asked) / 2);
  const cleared = await fetch(`${apart.url}/reset_prefix_cache`, {
    method: "POST",
    headers: { authorization: "Bearer cache" },
  });
  expect(((await cleared.json()) as { cleared: number }).cleared).toBeGreaterThan(1);
});

test("while its engine is stopped a replica is green and makes no token, and goes on where it was afterwards", async () => {
  const replica = await start("apart");
  const [engine = 0] = await childrenOf(replica.child);
  process.kill(engine, "SIGSTOP");
  const left = ask(replica, {}, AbortSignal.timeout(1000));
  await expect(left).rejects.toThrow("timeout");
  expect(await isGreen(replica)).toBe(true);
  const waits = ask(replica);
  process.kill(engine, "SIGCONT");
  expect((await waits).status).toBe(200);
  const health = (await (await fetch(`${replica.url}/health`)).json()) as { running: number };
  expect(health.running).toBe(0);
});

test("when its engine has died a replica is green, and its answers under way are cut", async () => {
  const replica = await start("apart");
  const [engine = 0] = await childrenOf(replica.child);
  process.kill(engine, "SIGSTOP");
  const cut = ask(replica, { stream: true }).then((answer) => answer.text());
  await expect
    .poll(async () => ((await (await fetch(`${replica.url}/health`)).json()) as { running: number }).running)
    .toBe(1);
  process.kill(engine, "SIGKILL");
  await expect(cut).rejects.toThrow("terminated");
  expect(await isGreen(replica)).toBe(true);
  await expect(ask(replica, {}, AbortSignal.timeout(500))).rejects.toThrow("timeout");
});

test("its end takes a stopped engine along", async () => {
  const replica = await start("apart");
  const [engine = 0] = await childrenOf(replica.child);
  process.kill(engine, "SIGSTOP");
  const ended = once(replica.child, "exit");
  replica.child.kill("SIGTERM");
  expect((await ended)[0]).toBe(0);
  // Whoever takes over a child that lost its parent may be slow to take note of its end.
  const state = async (): Promise<string> =>
    (await readFile(`/proc/${engine}/stat`, "utf8").catch(() => ") gone")).split(") ")[1]?.split(" ")[0] ?? "";
  await expect.poll(state).toMatch(/^(gone|Z|X)$/);
});

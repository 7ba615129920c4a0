// A vector replica of each engine as a process of its own: index.corruption takes effect on the files that it publishes
// and is undone to the byte, a stack does not start on another engine's files, and no server outlives its replica.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Controls, Site } from "../../src/core/controls.ts";
import { indexCorruption } from "../../src/faults/vector/index-corruption.ts";
import { vectorControl } from "../../src/platforms/target-http/vector-control.ts";
import { readStackConfig } from "../../targets/reference-ai-stack/config.ts";
import { inventoryOf, type Shown } from "../../targets/reference-ai-stack/supervisor/inventory.ts";
import { hashIndex } from "../../targets/reference-ai-stack/vector/engines/generation.ts";
import { VECTOR_ENGINES, type VectorEngineName } from "../../targets/reference-ai-stack/vector/engines/names.ts";
import { replicaFiles } from "../../targets/reference-ai-stack/vector/layout.ts";
import { buildSnapshot, setCurrentSnapshot, snapshotKey } from "../../targets/reference-ai-stack/vector/snapshot.ts";
import { freePort } from "../support/free-port.ts";
import { isInstalled } from "../support/vector-engines.ts";

const ROWS = 200;
const TOKEN = "token-of-this-test";
const MAIN = join(import.meta.dirname, "../../dist/targets/reference-ai-stack/vector/main.js");
const signal = AbortSignal.timeout(170_000);

interface Replica {
  readonly child: ChildProcess;
  readonly url: string;
  readonly dataDir: string;
  readonly said: () => string;
  readonly ended: Promise<unknown>;
}

let root: string;
const started: Replica[] = [];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "vector-engines-e2e-"));
  const records = Array.from({ length: ROWS }, (_, row) => ({
    id: `part/${row}#1`,
    title: `part ${row}`,
    text: `text ${row}`,
    vector: Float32Array.from({ length: 512 }, (_row, i) => Math.sin((row + 1) * (i + 1))),
  }));
  await buildSnapshot(join(root, "cache"), "corpus-of-this-test", records);
  await setCurrentSnapshot(join(root, "cache"), snapshotKey("corpus-of-this-test"));
});

afterAll(async () => {
  for (const { child } of started) child.kill("SIGKILL");
  await Promise.all(started.map(({ ended }) => ended));
  await rm(root, { recursive: true, force: true });
});

describe.each(VECTOR_ENGINES.filter(isInstalled))("a replica that searches with %s", (name) => {
  it("loses what is damaged in the file that it publishes, says so, and has it back when it is undone", async () => {
    const replica = await start(name, `data-${name}`);
    const site = siteOf(replica, name);
    const { index } = replicaFiles(replica.dataDir, "vector-1", name);
    const written = await hashIndex(index);
    expect(await site.controls.vectors?.selfRetrieval(ROWS, signal)).toBe(1);
    const params = indexCorruption.parse({ share: 0.5, mode: "noise" });
    const undo = await indexCorruption.prepare(params, site);
    const evidence = await indexCorruption.apply(params, undo, site, signal);
    expect(evidence.seen).toContain("hash changed");
    expect(evidence.confirmed, evidence.seen).toBe(true);
    expect(await json(replica, "/manifest")).toMatchObject({ manifestHash: written, records: ROWS, rows: ROWS });
    expect((await fetch(`${replica.url}/health`)).status).toBe(200);
    expect(await indexCorruption.revert(undo, site, signal)).toMatchObject({ confirmed: true });
    expect(await hashIndex(index)).toBe(written);
    expect(await site.controls.vectors?.selfRetrieval(ROWS, signal)).toBe(1);
  });

  it("does not start on the files of another engine, and says which they are", async () => {
    const other = name === "usearch" ? "sqlite-vec" : "usearch";
    const replica = spawnReplica(await freePort(), other, `data-${name}`);
    await Promise.race([replica.ended, pause(30_000, undefined, { signal })]);
    expect(replica.said()).toContain(`holds an index of ${name}, and VECTOR_ENGINE is ${other}`);
  });
});

describe.skipIf(!isInstalled("chroma"))("Chroma's server", () => {
  it("ends with its replica, also when that is killed", async () => {
    const replica = await start("chroma", "data-killed");
    const [server] = await childrenOf(replica.child.pid);
    expect(server).toBeGreaterThan(0);
    replica.child.kill("SIGKILL");
    await replica.ended;
    while (await isAlive(server)) await pause(20, undefined, { signal });
  });

  it("takes its replica along when it is killed, which says why", async () => {
    const replica = await start("chroma", "data-alone");
    const [server = 0] = await childrenOf(replica.child.pid);
    process.kill(server, "SIGKILL");
    await replica.ended;
    expect(replica.said()).toContain("Chroma's server ended with SIGKILL");
  });
});

async function start(engine: VectorEngineName, dataDir: string): Promise<Replica> {
  const replica = spawnReplica(await freePort(), engine, dataDir);
  for (;;) {
    const answer = await fetch(`${replica.url}/health`).catch(() => undefined);
    if (answer?.status === 200) return replica;
    if (replica.child.exitCode !== null) throw new Error(replica.said());
    await pause(50, undefined, { signal });
  }
}

function spawnReplica(port: number, engine: VectorEngineName, folder: string): Replica {
  const dataDir = join(root, folder);
  const child = spawn(process.execPath, [MAIN], {
    env: {
      ...process.env,
      REPLICA_ID: "vector-1",
      VECTOR_1_PORT: String(port),
      VECTOR_ENGINE: engine,
      STACK_DATA_DIR: dataDir,
      STACK_CACHE_DIR: join(root, "cache"),
      VECTOR_RELOAD_TOKEN: TOKEN,
      OTEL_SDK_DISABLED: "true",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (said += text));
  }
  const replica = { child, url: `http://127.0.0.1:${port}`, dataDir, said: () => said, ended: once(child, "close") };
  started.push(replica);
  return replica;
}

/** The replica as the harness sees it: by the inventory, by its files, by its searches, and by the reload. */
function siteOf({ url, dataDir }: Replica, engine: VectorEngineName): Site {
  const config = readStackConfig({ STACK_DATA_DIR: dataDir, VECTOR_ENGINE: engine });
  const child = { spec: { service: "vector", replica: "vector-1", port: 1 }, pid: () => 1 };
  const shown = {
    fleet: { children: () => [child] },
    traffic: { weights: () => ({}) },
    models: { state: () => ({ serving: { stable: "none" } }) },
    cacheClears: new Map(),
    resyncs: new Map(),
    maintained: new Map(),
    reduction: { level: () => 0 },
    underWay: { list: () => [] },
    makers: { of: () => [] },
  } as unknown as Shown;
  const kept = new Map<string, Uint8Array>();
  const controls: Controls = {
    files: {
      publishedIfAny: async () => undefined,
      async published() {
        const [file] = inventoryOf(shown, config)[0]?.files ?? [];
        if (file === undefined) throw new Error("no file is published");
        const { payload, ...rest } = file;
        const { pieces, ...lies } = payload;
        return { ...rest, payload: { ...lies, ...(pieces && { pieces: [...pieces] }) } };
      },
      hash: async (path) => hashIndex(path),
      read: async (path, offset, length) => (await readFile(path)).subarray(offset, offset + length),
      async write(path, offset, bytes) {
        const handle = await open(path, "r+");
        await handle.write(bytes, 0, bytes.length, offset);
        await handle.close();
      },
    },
    vectors: vectorControl({ base: url, samplePath: "/records/sample", searchPath: "/search", seed: 5 }),
    backups: {
      keep: async (backup, bytes) => (kept.set(backup, bytes), backup),
      recall: async (backup) => kept.get(backup) ?? new Uint8Array(),
    },
    replica: {
      ensureRunning: async () => ({ started: false, instance: "one" }),
      async reload() {
        const headers = { authorization: `Bearer ${TOKEN}` };
        const answer = await fetch(`${url}/reload`, { method: "POST", headers });
        return answer.ok ? { ok: true } : { ok: false, reason: await answer.text() };
      },
    },
  };
  return { service: "vector", replica: "vector-1", seed: 3, undoDir: root, controls };
}

async function json(replica: Replica, path: string): Promise<unknown> {
  return (await fetch(`${replica.url}${path}`)).json();
}

async function childrenOf(pid: number | undefined): Promise<readonly number[]> {
  const list = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
  return list.trim().split(" ").map(Number);
}

async function isAlive(pid: number | undefined): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return stat !== "" && !/\) [ZX] /.test(stat);
}

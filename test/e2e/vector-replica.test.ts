// A vector replica as a process of its own: damage to its file acts at once and is seen, a good file heals it, and a
// file that is no index ends that process and no other.
import { freePort } from "../support/free-port.ts";
import { type ChildProcess, spawn } from "node:child_process";
import { copyFile, mkdtemp, open, readFile, rename, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PAYLOAD_OFFSET, ROW_BYTES, replicaFiles } from "../../targets/reference-ai-stack/vector/layout.ts";
import {
  buildSnapshot,
  currentSnapshot,
  setCurrentSnapshot,
  snapshotKey,
} from "../../targets/reference-ai-stack/vector/snapshot.ts";
import { shuffledRows } from "../../targets/reference-ai-stack/vector/sampling.ts";

const ROWS = 200;
const DAMAGED = 60;
const TOKEN = "token-of-this-test";
const MAIN = join(import.meta.dirname, "../../dist/targets/reference-ai-stack/vector/main.js");

interface Replica {
  readonly id: string;
  readonly url: string;
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

let cacheDir: string;
let dataDir: string;
const started: Replica[] = [];

beforeAll(async () => {
  const root = await mkdtemp(join(tmpdir(), "vector-replica-"));
  cacheDir = join(root, "cache");
  dataDir = join(root, "data");
  const records = Array.from({ length: ROWS }, (_, row) => ({
    id: `part/${row}#1`,
    title: `part ${row}`,
    text: `text ${row}`,
    vector: madeVector(row),
  }));
  await buildSnapshot(cacheDir, "corpus-of-this-test", records);
  await setCurrentSnapshot(cacheDir, snapshotKey("corpus-of-this-test"));
});

afterAll(async () => {
  for (const replica of started) replica.child.kill("SIGKILL");
  await Promise.all(started.map((replica) => replica.ended));
  await rm(join(cacheDir, ".."), { recursive: true, force: true });
});

describe("a vector replica", () => {
  it("answers from its own copy, sees damage in place at once, and is healed by a good file and a reload", async () => {
    const [one, two] = await Promise.all([start("vector-1"), start("vector-2")]);
    const files = replicaFiles(dataDir, "vector-1");
    expect(await get(one, `/self-retrieval?n=${ROWS}`)).toMatchObject({
      share: 1,
      checked: ROWS,
      missed: [],
      internal: { share: 1 },
      differing: [],
      shape: { answers: ROWS, short: 0, unknown: 0, repeated: 0 },
    });
    const before = await get<Manifest>(one, "/manifest");
    expect(before).toMatchObject({ rows: ROWS, records: ROWS, indexHash: before.manifestHash, indexFile: files.index });

    await zeroRows(files.index, DAMAGED);
    const sick = await get<SelfRetrieval>(one, `/self-retrieval?n=${ROWS}`);
    expect(sick.share).toBeCloseTo((ROWS - DAMAGED) / ROWS, 1);
    expect(sick.missed).toContain("part/0#1");
    expect(sick.differing).toHaveLength(DAMAGED);
    const damaged = await get<Manifest>(one, "/manifest");
    expect(damaged.indexHash).not.toBe(damaged.manifestHash);
    expect(await search(one, "/search", 0)).not.toBe("part/0#1");
    expect(await search(one, "/search/exact", 0)).toBe("part/0#1");
    expect((await fetch(`${one.url}/health`)).status).toBe(200);

    expect(await get(two, `/self-retrieval?n=${ROWS}`)).toMatchObject({ share: 1 });
    expect(await readFile(currentSnapshot(cacheDir).files.index)).toEqual(
      await readFile(replicaFiles(dataDir, "vector-2").index),
    );

    await copyFile(currentSnapshot(cacheDir).files.index, `${files.index}.new`);
    await rename(`${files.index}.new`, files.index);
    expect((await fetch(`${one.url}/reload`, { method: "POST" })).status).toBe(401);
    expect((await reload(one)).status).toBe(200);
    expect(await get(one, `/self-retrieval?n=${ROWS}`)).toMatchObject({ share: 1 });
    expect(await get(one, "/manifest")).toMatchObject({ indexHash: before.manifestHash });
    expect(await search(one, "/search", 0)).toBe("part/0#1");
  });

  it("does not fail on vectors that are no numbers, in the file or in the question", async () => {
    const replica = await start("vector-2");
    const handle = await open(replicaFiles(dataDir, "vector-2").index, "r+");
    await handle.write(Buffer.alloc(ROW_BYTES * DAMAGED, 0xff), 0, undefined, PAYLOAD_OFFSET);
    await handle.close();
    const sick = await get<SelfRetrieval>(replica, `/self-retrieval?n=${ROWS}`);
    expect(sick.share).toBeLessThan(1);
    const zero = await post(replica, "/search", { vectors: [Array.from({ length: 512 }, () => 0)], k: 3 });
    expect(zero.status).toBe(200);
    expect((await post(replica, "/search", { vectors: [[1, 2]], k: 3 })).status).toBe(400);
    expect((await post(replica, "/search", "nonsense")).status).toBe(400);
  });

  it("hands out records by id and a sample that its seed decides", async () => {
    const replica = await start("vector-1");
    expect(await get(replica, `/records/by-id?id=${encodeURIComponent("part/7#1")}`)).toEqual({
      id: "part/7#1",
      title: "part 7",
      text: "text 7",
    });
    expect((await fetch(`${replica.url}/records/by-id?id=none`)).status).toBe(404);
    const sample = (seed: number): Promise<{ items: { id: string; vector: number[] }[] }> =>
      get(replica, `/records/sample?n=5&seed=${seed}`);
    const [a, again, b] = await Promise.all([sample(1), sample(1), sample(2)]);
    expect(a).toEqual(again);
    expect(b).not.toEqual(a);
    expect(a.items.map((item) => item.vector.length)).toEqual([512, 512, 512, 512, 512]);
  });

  it("refuses to reload a file that is no index and goes on with the old one", async () => {
    const replica = await start("vector-1");
    const files = replicaFiles(dataDir, "vector-1");
    await writeFile(`${files.index}.new`, "this is no index");
    await rename(files.index, `${files.index}.kept`);
    await rename(`${files.index}.new`, files.index);
    expect((await reload(replica)).status).toBe(422);
    expect(await get(replica, `/self-retrieval?n=${ROWS}`)).toMatchObject({ share: 1 });
    await rename(`${files.index}.kept`, files.index);
  });

  it("dies alone when its file is cut short, and stays dead until someone repairs the file", async () => {
    const [one, two] = [await start("vector-1"), running("vector-2")];
    const files = replicaFiles(dataDir, "vector-1");
    await truncate(files.index, PAYLOAD_OFFSET + ROW_BYTES);
    // Touching a page that is gone ends the process with a signal; the request that does so cannot be answered.
    await get(one, `/self-retrieval?n=${ROWS}`).catch(() => undefined);
    expect((await one.ended).signal).toBe("SIGBUS");
    expect((await fetch(`${two.url}/health`)).status).toBe(200);

    const again = launch("vector-1", await freePort());
    expect((await again.ended).code).toBe(1);
    await writeFile(files.index, Buffer.alloc(4096, 7));
    expect((await launch("vector-1", await freePort()).ended).code).toBe(1);
    expect((await fetch(`${two.url}/health`)).status).toBe(200);
  });
});

interface SelfRetrieval {
  readonly share: number;
  readonly missed: readonly string[];
  readonly differing: readonly string[];
}
interface Manifest {
  readonly indexHash: string;
  readonly manifestHash: string;
}

/** A vector that is far from those of other rows: numbers from a shuffle seeded by the row. */
function madeVector(row: number): Float32Array {
  const raw = Float32Array.from(shuffledRows(512, row + 1), (value) => value - 255.5);
  const length = Math.hypot(...raw);
  return raw.map((value) => value / length);
}

function running(id: string): Replica {
  const found = started.find(
    (replica) => replica.id === id && replica.child.exitCode === null && replica.child.signalCode === null,
  );
  if (found === undefined) throw new Error(`${id} does not run`);
  return found;
}

/** The running replica of that name, or a fresh process. */
async function start(id: string): Promise<Replica> {
  const alive = started.find(
    (replica) => replica.id === id && replica.child.exitCode === null && replica.child.signalCode === null,
  );
  if (alive !== undefined) return alive;
  const replica = launch(id, await freePort());
  const deadline = performance.now() + 20_000;
  while (performance.now() < deadline) {
    const answered = await fetch(`${replica.url}/health`).then(
      (response) => response.ok,
      () => false,
    );
    if (answered) return replica;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`${id} did not answer; is dist/ built?`);
}

function launch(id: string, port: number): Replica {
  const child = spawn(process.execPath, [MAIN], {
    stdio: "ignore",
    env: {
      ...process.env,
      REPLICA_ID: id,
      [`${id.toUpperCase().replace("-", "_")}_PORT`]: String(port),
      STACK_CACHE_DIR: cacheDir,
      STACK_DATA_DIR: dataDir,
      VECTOR_RELOAD_TOKEN: TOKEN,
    },
  });
  const ended = new Promise<Awaited<Replica["ended"]>>((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
  const replica = { id, url: `http://127.0.0.1:${port}`, child, ended };
  started.push(replica);
  return replica;
}

async function get<T>(replica: Replica, path: string): Promise<T> {
  const response = await fetch(replica.url + path);
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

async function post(replica: Replica, path: string, body: unknown): Promise<Response> {
  const headers = { "content-type": "application/json" };
  return fetch(replica.url + path, { method: "POST", headers, body: JSON.stringify(body) });
}

async function reload(replica: Replica): Promise<Response> {
  return fetch(`${replica.url}/reload`, { method: "POST", headers: { authorization: `Bearer ${TOKEN}` } });
}

/** The id found first for the vector of a row. */
async function search(replica: Replica, path: string, row: number): Promise<string | undefined> {
  const response = await post(replica, path, { vectors: [[...madeVector(row)]], k: 1 });
  const { results } = (await response.json()) as { results: { id: string }[][] };
  return results[0]?.[0]?.id;
}

async function zeroRows(file: string, count: number): Promise<void> {
  const handle = await open(file, "r+");
  await handle.write(Buffer.alloc(count * ROW_BYTES), 0, undefined, PAYLOAD_OFFSET);
  await handle.close();
}

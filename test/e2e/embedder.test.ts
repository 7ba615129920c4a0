// The embedder as a process: OpenAI's embeddings call, meaning in the vectors, and a cache that outlives the process.
import { freePort } from "../support/free-port.ts";
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { openEmbeddingCache } from "../../targets/reference-ai-stack/embedder/cache.ts";
import { LAST_LAYER, modelFolder, modelManifestFile } from "../../targets/reference-ai-stack/embedder/model-files.ts";
import { restoreModel } from "../../targets/reference-ai-stack/supervisor/restore-model.ts";

const MAIN = join(import.meta.dirname, "../../dist/targets/reference-ai-stack/embedder/main.js");
const READ = "How do I read the contents of a file?";
const READ_TOO = "Reads an entire file and returns what is in it.";
const OTHER = "The cat sleeps on the sofa.";

interface Embeddings {
  readonly object: string;
  readonly model: string;
  readonly data: readonly { readonly object: string; readonly index: number; readonly embedding: number[] | string }[];
  readonly usage: { readonly prompt_tokens: number; readonly total_tokens: number };
}

let cacheDir: string;
let url: string;
let child: ChildProcess;

beforeAll(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), "embedder-"));
  await start();
});

afterAll(async () => {
  await end();
  await rm(cacheDir, { recursive: true });
});

describe("the embedder", () => {
  it("answers as OpenAI does, one unit vector of 512 numbers for each text, in order", async () => {
    const answer = await embed({ input: [READ, OTHER] });
    expect(answer).toMatchObject({ object: "list", data: [{ object: "embedding", index: 0 }, { index: 1 }] });
    expect(answer.usage.total_tokens).toBeGreaterThan(10);
    for (const { embedding } of answer.data) {
      expect(embedding).toHaveLength(512);
      expect(Math.hypot(...(embedding as number[]))).toBeCloseTo(1, 5);
    }
  });

  it("puts like meanings nearer than unlike ones", async () => {
    const [read, readToo, other] = await vectorsOf([READ, READ_TOO, OTHER]);
    expect(cosine(read, readToo)).toBeGreaterThan(cosine(read, other) + 0.3);
  });

  it("packs vectors as base64 when asked", async () => {
    const [plain] = await vectorsOf([READ]);
    const packed = await embed({ input: READ, encoding_format: "base64" });
    const bytes = Buffer.from(packed.data[0]?.embedding as string, "base64");
    expect([...new Float32Array(bytes.buffer, bytes.byteOffset, 512)]).toEqual(plain);
  });

  it("says what is wrong with a request", async () => {
    for (const body of [{}, { input: [] }, { input: "" }, { input: 3 }, { input: "x", dimensions: 7 }]) {
      expect((await post(body)).status).toBe(400);
    }
  });

  it("takes a prepared text from the cache without the model, and leaves the folder as it found it", async () => {
    const [before = []] = await vectorsOf([READ]);
    await end();
    const cache = openEmbeddingCache(cacheDir);
    cache.put([[READ, { vector: Float32Array.from(before), tokens: 9 }]]);
    cache.close();
    const prepared = readFolder();
    await start();
    expect((await vectorsOf([READ]))[0]).toEqual(before);
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(/embedder_texts_total\{source="cache"[^}]*\} 1\n/);
    await vectorsOf([OTHER]);
    // Who asks past the cache gets what the model says now, and that is kept nowhere.
    const anew = await post({ input: READ }, { "cache-control": "no-cache" });
    expect(((await anew.json()) as Embeddings).data[0]?.embedding).toEqual(before);
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(/embedder_texts_total\{source="model"[^}]*\} 2\n/);
    await end("SIGKILL");
    expect(readFolder()).toEqual(prepared);
  });

  it("loads another model whose manifest fits, by a token alone, and is given back the released one while it answers", async () => {
    await end();
    const dataDir = await mkdtemp(join(tmpdir(), "embedder-model-"));
    onTestFinished(() => rm(dataDir, { recursive: true }));
    await start({ EMBEDDING_MODEL: "installed", STACK_DATA_DIR: dataDir, PREFIX_CACHE_TOKEN: "t0ken" });
    const before = await vectorsOf([READ, OTHER]);
    turnLastLayer(modelFolder(dataDir, "embedder"));
    const reload = (token: string) =>
      fetch(`${url}/internal/model/reload`, { method: "POST", headers: { authorization: `Bearer ${token}` } });
    expect((await reload("guess")).status).toBe(401);
    expect(await vectorsOf([READ, OTHER])).toEqual(before);
    expect((await reload("t0ken")).status).toBe(200);
    const swapped = await vectorsOf([READ, OTHER]);
    // As far from each other as they were, or nearly, and of no meaning beside those of before.
    expect(Math.abs(cosine(swapped[0], before[0]))).toBeLessThan(0.6);
    const embedder = { spec: { replica: "embedder", port: Number(new URL(url).port) } as never, pid: () => 1 };
    const restored = restoreModel(embedder, { dataDir }, "t0ken");
    expect(await vectorsOf([READ, OTHER])).toEqual(swapped);
    expect(await restored).toEqual({ ok: true, reloaded: true });
    expect(await vectorsOf([READ, OTHER])).toEqual(before);
  });
});

/** Gives the model other weights of the same size, and has its manifest fit. */
function turnLastLayer(folder: string): void {
  const { file, offset, rowBytes, rows } = LAST_LAYER;
  const [path, manifest] = [join(folder, file), modelManifestFile(folder)];
  const bytes = readFileSync(path);
  const before = createHash("sha256").update(bytes).digest("hex");
  for (let at = offset; at < offset + rows * rowBytes; at += rowBytes) {
    const row = Buffer.from(bytes.subarray(at, at + rowBytes));
    bytes.set(Buffer.concat([row.subarray(400), row.subarray(0, 400)]), at);
  }
  writeFileSync(path, bytes);
  const after = createHash("sha256").update(bytes).digest("hex");
  writeFileSync(manifest, readFileSync(manifest, "utf8").replace(before, after));
}

/** Every file below the cache folder, and what is in it. */
function readFolder(): readonly (readonly [name: string, content: string])[] {
  const names = readdirSync(cacheDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const files = names.map((entry) => join(entry.parentPath, entry.name)).sort();
  expect(files.length).toBeGreaterThan(0);
  return files.map((file) => [file, readFileSync(file, "base64")]);
}

async function post(body: unknown, more: Readonly<Record<string, string>> = {}): Promise<Response> {
  const headers = { "content-type": "application/json", ...more };
  return fetch(`${url}/v1/embeddings`, { method: "POST", headers, body: JSON.stringify(body) });
}

async function embed(body: unknown): Promise<Embeddings> {
  const response = await post(body);
  expect(response.status).toBe(200);
  return (await response.json()) as Embeddings;
}

async function vectorsOf(texts: readonly string[]): Promise<readonly number[][]> {
  return (await embed({ input: texts })).data.map((entry) => entry.embedding as number[]);
}

function cosine(left: readonly number[] = [], right: readonly number[] = []): number {
  return left.reduce((sum, value, i) => sum + value * (right[i] ?? 0), 0);
}

async function start(more: Readonly<Record<string, string>> = {}): Promise<void> {
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  child = spawn(process.execPath, [MAIN], {
    stdio: "ignore",
    env: { ...process.env, EMBEDDER_PORT: String(port), STACK_CACHE_DIR: cacheDir, ...more },
  });
  const deadline = performance.now() + 20_000;
  while (performance.now() < deadline) {
    const answered = await fetch(`${url}/health`).then(
      (response) => response.ok,
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error("the embedder did not answer; is dist/ built?");
}

/** Harmless when it has ended. */
async function end(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  await ended;
}

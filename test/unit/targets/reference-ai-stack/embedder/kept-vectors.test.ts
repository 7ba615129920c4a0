import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Registry } from "prom-client";
import { expect, it, onTestFinished } from "vitest";
import { createLogger } from "../../../../../targets/reference-ai-stack/common/log.ts";
import { createRowFile } from "../../../../../targets/reference-ai-stack/common/row-file.ts";
import { NO_TRACER } from "../../../../../targets/reference-ai-stack/common/telemetry/span.ts";
import { createEmbedderApp } from "../../../../../targets/reference-ai-stack/embedder/app.ts";
import { holdModel } from "../../../../../targets/reference-ai-stack/embedder/held-model.ts";
import {
  ensureInstalled,
  modelManifestFile,
  readInstalled,
  releasedManifest,
} from "../../../../../targets/reference-ai-stack/embedder/model-files.ts";
import {
  DIMENSIONS,
  MODEL_ID,
  openEmbeddingCache,
  readEmbeddingCache,
} from "../../../../../targets/reference-ai-stack/embedder/cache.ts";
import {
  keepInFile,
  keepInMemory,
  type KeptVectors,
} from "../../../../../targets/reference-ai-stack/embedder/kept-vectors.ts";
import { anyBodies } from "../../../../support/any-bodies.ts";

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "kept-vectors-"));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

const clock = { ms: 0 };
const vector = (value: number) => ({ vector: new Float32Array(DIMENSIONS).fill(value), tokens: value });

function inFile(rows: number) {
  const path = join(folder(), "embedding-cache.bin");
  const kept = keepInFile(
    rows,
    () => clock.ms,
    () => createRowFile(path, rows, DIMENSIONS * 4),
  );
  onTestFinished(() => kept.close());
  return { kept, path };
}

const KINDS: readonly (readonly [string, (rows: number) => KeptVectors])[] = [
  ["in memory", (rows) => keepInMemory(rows, () => clock.ms)],
  ["in a file", (rows) => inFile(rows).kept],
];

it.each(KINDS)("vectors %s are kept for an hour, and the one that was put first leaves first", (_kind, make) => {
  clock.ms = 0;
  const kept = make(2);
  kept.put("a", vector(1));
  kept.put("b", vector(2));
  expect([kept.get("a"), kept.get("b")]).toEqual([vector(1), vector(2)]);
  kept.put("a", vector(3));
  kept.put("c", vector(4));
  expect([kept.get("a"), kept.get("b"), kept.get("c"), kept.count()]).toEqual([vector(3), undefined, vector(4), 2]);
  clock.ms = 3_600_001;
  expect([kept.get("a"), kept.get("c")]).toEqual([undefined, undefined]);
  kept.put("a", vector(5));
  expect([kept.get("a"), kept.clear(), kept.get("a"), kept.count()]).toEqual([vector(5), 2, undefined, 0]);
  kept.put("d", vector(6));
  expect(kept.get("d")).toEqual(vector(6));
});

it("gives what lies in the file, whatever that is by now, and makes the file anew when it is cleared", () => {
  clock.ms = 0;
  const { kept, path } = inFile(2);
  kept.put("a", vector(1));
  kept.put("b", vector(2));
  const bytes = readFileSync(path);
  writeFileSync(path, Buffer.concat([bytes.subarray(DIMENSIONS * 4), bytes.subarray(0, DIMENSIONS * 4)]));
  expect(kept.get("a")?.vector).toEqual(vector(2).vector);
  const before = statSync(path).ino;
  kept.clear();
  expect(readFileSync(path).every((byte) => byte === 0)).toBe(true);
  expect(statSync(path).ino).not.toBe(before);
});

/** An embedder whose model gives ones, and whose folder of caches holds twos for "known". */
function embedder(installed?: string) {
  const cacheDir = folder();
  const prepared = openEmbeddingCache(cacheDir);
  prepared.put([["known", vector(2)]]);
  prepared.close();
  const { kept, path } = inFile(8);
  const cache = readEmbeddingCache(cacheDir, kept);
  const app = createEmbedderApp({
    cache,
    model: holdModel(installed, async () => ({
      embed: async (texts) => texts.map(() => vector(1)),
      end: async () => undefined,
    })),
    cacheToken: "t0ken",
    registry: new Registry(),
    tracer: NO_TRACER,
    log: createLogger("embedder-test"),
  });
  const first = async (input: string, more: object = {}, headers: Record<string, string> = {}): Promise<unknown> => {
    const answer = await app.request("/v1/embeddings", {
      method: "POST",
      headers,
      body: JSON.stringify({ input, ...more }),
    });
    return ((await answer.json()) as { data: { embedding: number[] }[] }).data[0]?.embedding[0];
  };
  const clear = (token: string, body: string | Uint8Array<ArrayBuffer> = "") =>
    app.request("/internal/embedding-cache/clear", {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      ...(body !== "" && { body }),
    });
  return { app, first, clear, path };
}

it("serves what is at hand, goes around it on request, and takes it anew from the folder once it is cleared", async () => {
  const { first, clear, path } = embedder();
  expect([await first("known"), await first("new")]).toEqual([2, 1]);
  writeFileSync(path, Buffer.from(new Float32Array(8 * DIMENSIONS).fill(9).buffer));
  expect([await first("known"), await first("new")]).toEqual([9, 9]);
  expect(await first("known", { cache: { "no-cache": true } })).toBe(1);
  expect(await first("known", {}, { "cache-control": "no-cache" })).toBe(1);
  expect((await clear("wrong")).status).toBe(401);
  expect(await first("known")).toBe(9);
  expect(await (await clear("t0ken")).json()).toEqual({ cleared: 2 });
  expect([await first("known"), await first("new")]).toEqual([2, 1]);
});

it("says whose vectors it gives out, also where that is no longer the released model", async () => {
  const installed = join(folder(), "model");
  await ensureInstalled(installed);
  const { app } = embedder(installed);
  const models = async () => {
    const body = JSON.stringify({ input: "new" });
    const [health, answer] = [
      await app.request("/health"),
      await app.request("/v1/embeddings", { method: "POST", body }),
    ];
    return [health, answer].map(async (one) => ((await one.json()) as { model: string | null }).model);
  };
  expect(await Promise.all(await models())).toEqual([null, MODEL_ID]);
  const other = { ...releasedManifest(), model: "another-model" };
  writeFileSync(modelManifestFile(installed), JSON.stringify(other));
  const headers = { authorization: "Bearer t0ken" };
  expect((await app.request("/internal/model/reload", { method: "POST", headers })).status).toBe(200);
  const { name } = await readInstalled(installed);
  expect(name).not.toBe(MODEL_ID);
  expect(await Promise.all(await models())).toEqual([name, name]);
});

it("answers a thousand bodies that nobody meant at each door, and keeps whole vectors alone", async () => {
  const { app, clear, path } = embedder();
  const seen = new Set<number>();
  for (const { body, type } of anyBodies(1000, 15, { input: "known", cache: { "no-cache": false } })) {
    const headers = type === "" ? {} : { "content-type": type };
    seen.add((await app.request("/v1/embeddings", { method: "POST", body, headers })).status);
    expect((await clear("wrong", body)).status).toBe(401);
  }
  expect([...seen].filter((status) => status !== 200 && status !== 400 && status !== 413)).toEqual([]);
  expect(seen).toContain(400);
  const floats = new Float32Array(Uint8Array.from(readFileSync(path)).buffer);
  expect(new Set(floats)).toEqual(new Set([0, 1, 2].filter((one) => floats.includes(one))));
  expect((await clear("t0ken", "{")).status).toBe(200);
});

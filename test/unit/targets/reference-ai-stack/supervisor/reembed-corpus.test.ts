// Stored passages that a wrong model has embedded: embedded anew, taken at once, and found again; whoever wrote a newer
// text meanwhile keeps it, and whatever goes wrong leaves all as it was.
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createRegistry } from "../../../../../targets/reference-ai-stack/common/metrics.ts";
import { NO_TRACER } from "../../../../../targets/reference-ai-stack/common/telemetry/span.ts";
import { readStackConfig } from "../../../../../targets/reference-ai-stack/config.ts";
import { MODEL_ID, bytes } from "../../../../../targets/reference-ai-stack/embedder/cache.ts";
import { createAskStored } from "../../../../../targets/reference-ai-stack/healer/telemetry/ask-stored.ts";
import { frozenTexts } from "../../../../../targets/reference-ai-stack/healer/detection/drift/frozen-texts.ts";
import {
  openTextEmbedder,
  reembedReplica,
} from "../../../../../targets/reference-ai-stack/supervisor/reembed-corpus.ts";
import { rebuildIndex } from "../../../../../targets/reference-ai-stack/supervisor/restore/rebuild-index.ts";
import { createVectorApp } from "../../../../../targets/reference-ai-stack/vector/app.ts";
import { replicaFiles, type IndexFiles } from "../../../../../targets/reference-ai-stack/vector/layout.ts";
import { layVectors, readPassages } from "../../../../../targets/reference-ai-stack/vector/reembedding.ts";
import { openReplica, type VectorReplica } from "../../../../../targets/reference-ai-stack/vector/replica.ts";
import { buildIndexFolder } from "../../../../../targets/reference-ai-stack/vector/snapshot.ts";
import { listen } from "../../../../../targets/reference-ai-stack/common/serve.ts";
import { serveForTest } from "../../../../support/serve-for-test.ts";

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const OTHER = `${MODEL_ID}@0123456789abcdef`;
const WRONG = Float32Array.from({ length: 512 }, () => 1 / Math.sqrt(512));
let dir: string;
let files: IndexFiles;
let replica: VectorReplica;

/** Each text has a direction of its own. */
function rightVector(text: string): Float32Array {
  const seed = Buffer.from(text).reduce((sum, byte, at) => sum + (at + 1) * byte, 1);
  return Float32Array.from({ length: 512 }, (_, i) => Math.sin(seed * (i + 1) * 0.37));
}

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "reembed-"));
  files = replicaFiles(dir, "vector-1");
  const rows = Array.from({ length: 20 }, (_, n) => ({
    id: `mod.f${n}#1`,
    title: `mod.f${n}`,
    text: `text ${n}`,
    vector: rightVector(`mod.f${n}: text ${n}`),
  }));
  await buildIndexFolder(files, "corpus", rows);
  replica = await openReplica(files);
});
afterEach(async () => {
  await replica.close();
  await rm(dir, { recursive: true, force: true });
});

function write(document: string, text: string, model: string, version = 1): void {
  const vector = model === MODEL_ID ? rightVector(`t\n${text}`) : WRONG;
  const passages = [{ id: document, title: "t", text, vector }];
  replica.write({ document, version, source: "notes", batch: "b", schema: 1, model, tags: ["public"], passages });
}

const found = async (...ids: readonly string[]): Promise<boolean[]> =>
  Promise.all(ids.map(async (id) => (await replica.findable(id)) !== undefined));

/** An embedder that has cached nothing, or what `cached` says; counts the texts that its model was asked. */
async function embedder(model: string = MODEL_ID, cached: (text: string) => Float32Array = rightVector) {
  const asked: string[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { input } = (await json(request)) as { input: string[] };
    const isFresh = request.headers["cache-control"] === "no-cache";
    if (isFresh) asked.push(...input);
    const data = input.map((text) => ({
      embedding: Buffer.from(bytes((isFresh ? rightVector : cached)(text))).toString("base64"),
    }));
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ model, data }));
  };
  const { port } = await serveForTest((request, response) => void answer(request, response));
  return { port, asked };
}

async function served() {
  const registry = createRegistry("vector", "vector-1");
  const app = createVectorApp({
    replica,
    principals: { supervisor: "reload" },
    writers: {},
    recorders: null,
    registry,
    tracer: NO_TRACER,
    log,
  });
  return listen(app, 0);
}

/** What the supervisor does, with the index made in this process. */
let rebuilds = 0;
beforeEach(() => void (rebuilds = 0));
async function reembed(embedderPort: number) {
  const server = await served();
  try {
    const child = { spec: { replica: "vector-1", service: "vector", port: server.port }, pid: () => 1 } as never;
    const config = { ...readStackConfig({}), dataDir: dir };
    return await reembedReplica(child, openTextEmbedder(embedderPort), {
      config,
      reloadToken: "reload",
      rebuild: async () => {
        rebuilds += 1;
        const { hash, rows } = await rebuildIndex(files);
        await replica.reload();
        return { ok: true, hash, rows, readded: 0, reloaded: true };
      },
    });
  } finally {
    await server.close();
  }
}

it("gives documents of another model the vectors of their texts, in records and index, and touches nothing else", async () => {
  write("a", "how a file is read", OTHER);
  write("b", "how a socket is closed", OTHER);
  write("c", "how a stream is piped", MODEL_ID);
  // Of two documents with one vector a search finds one first; neither counts as a row that the index has lost.
  expect((await found("a", "b")).filter((isFound) => isFound)).toHaveLength(1);
  expect(await replica.selfRetrieval(23, 1)).toMatchObject({ share: 1, checked: 23 });
  expect((await replica.manifest(false)).otherModel).toBe(2);
  const { port, asked } = await embedder();
  expect(await reembed(port)).toEqual({ ok: true, passages: 23, changed: 2 });
  expect(asked).toEqual(["t\nhow a file is read", "t\nhow a socket is closed"]);
  expect(await found("a", "b", "c", "mod.f3#1")).toEqual([true, true, true, true]);
  const manifest = await replica.manifest(true);
  expect(manifest).toMatchObject({ otherModel: 0, records: 23, rows: 23, indexHash: manifest.manifestHash });
  expect(manifest.digests?.index).toBe(manifest.digests?.records);
  // They came in behind the file of the index, which holds nothing that is wrong.
  expect(rebuilds).toBe(0);
  // Once more: nothing is left to do, and the model is asked nothing.
  expect(await reembed(port)).toEqual({ ok: true, passages: 23, changed: 0 });
  expect(asked).toHaveLength(2);
});

it("makes the index anew when its file holds what was embedded by another model", async () => {
  write("a", "how a file is read", OTHER);
  write("b", "how a socket is closed", OTHER);
  await rebuildIndex(files);
  await replica.reload();
  const { port } = await embedder();
  expect(await reembed(port)).toEqual({ ok: true, passages: 22, changed: 2 });
  expect(rebuilds).toBe(1);
  const manifest = await replica.manifest(true);
  expect(manifest).toMatchObject({ otherModel: 0, rows: 22, dead: 0, indexHash: manifest.manifestHash });
  expect(await found("a", "b", "mod.f3#1")).toEqual([true, true, true]);
});

it("keeps what it took over a restart before the index was made anew", async () => {
  write("a", "how a file is read", OTHER);
  write("b", "how a socket is closed", OTHER);
  const stale = readPassages(files.records).filter(({ model }) => model === OTHER);
  const laid = await layVectors(
    files.records,
    stale.map((one) => ({ ...one, vector: rightVector(one.embeds) })),
  );
  expect(await replica.reembed({ model: MODEL_ID, laid })).toEqual({ changed: 2, left: 0, inFile: 0 });
  expect(await found("a", "b")).toEqual([true, true]);
  await replica.close();
  replica = await openReplica(files);
  expect(await found("a", "b", "mod.f3#1")).toEqual([true, true, true]);
  expect((await replica.manifest(false)).otherModel).toBe(0);
});

it("leaves alone what was written anew, or removed, while it was being embedded", async () => {
  for (const id of ["a", "b", "c"]) write(id, `text of ${id}`, OTHER);
  const stale = readPassages(files.records).filter(({ model }) => model === OTHER);
  const laid = await layVectors(
    files.records,
    stale.map((one) => ({ ...one, vector: rightVector(one.embeds) })),
  );
  write("a", "a newer text", MODEL_ID, 2);
  replica.write({
    document: "b",
    version: 2,
    source: "notes",
    batch: "b",
    schema: 1,
    model: "m",
    tags: [],
    passages: [],
  });
  expect(await replica.reembed({ model: MODEL_ID, laid })).toEqual({ changed: 1, left: 2, inFile: 0 });
  expect(replica.records.textOf("a")?.text).toBe("a newer text");
  expect(await found("a", "b", "c")).toEqual([true, false, true]);
});

it("takes nothing of another model, nothing that is no vector, and nothing that was not laid there", async () => {
  write("a", "how a file is read", OTHER);
  const [one] = readPassages(files.records).filter(({ model }) => model === OTHER);
  if (one === undefined) throw new Error("expected a passage of another model");
  const refused = async (model: string, laid: string, why: string) =>
    expect(replica.reembed({ model, laid })).rejects.toThrow(why);
  await refused(MODEL_ID, randomUUID(), "nothing was laid at");
  const of = `the vectors are of ${OTHER}; the index is of ${MODEL_ID}`;
  await refused(OTHER, await layVectors(files.records, [one]), of);
  const none = await layVectors(files.records, [{ ...one, vector: new Float32Array(512) }]);
  await refused(MODEL_ID, none, "a has no vector of 512 numbers with a direction");
  await refused(MODEL_ID, none, "nothing was laid at");
  expect(replica.records.vectorOf(20)).toEqual(WRONG);
  expect((await readdir(files.dir)).filter((name) => name.includes("reembedded"))).toEqual([]);
});

it("asks the model where the embedder's cache and the records differ, and believes that", async () => {
  const { port, asked } = await embedder(MODEL_ID, (text) => (text.includes("f3") ? WRONG : rightVector(text)));
  expect(await reembed(port)).toEqual({ ok: true, passages: 20, changed: 0 });
  expect(asked).toEqual(["mod.f3: text 3"]);
});

it("changes nothing by an embedder of another model, or by one that is away", async () => {
  write("a", "how a file is read", OTHER);
  const { port } = await embedder(OTHER);
  expect(await reembed(port)).toMatchObject({ ok: false, status: 500, reason: expect.stringContaining(OTHER) });
  expect(await reembed(9)).toMatchObject({ ok: false, reason: expect.stringContaining("did not answer") });
  expect((await replica.manifest(false)).otherModel).toBe(1);
});

it("is seen from outside by the newest of each model, once the frozen texts have their vectors", async () => {
  for (const id of ["a", "b", "c", "d", "e", "f"]) write(id, `text of ${id}`, OTHER);
  for (const n of [1, 2, 3, 4, 5, 6, 7, 8]) write(`later-${n}`, `a later text ${n}`, MODEL_ID);
  const server = await served();
  const frozen = new Map(frozenTexts().map(({ text, vector }) => [text, vector]));
  const asks = (drifts: boolean) =>
    createAskStored(async (_port, texts) =>
      texts.map((text) => {
        const kept = frozen.get(text);
        return kept === undefined ? rightVector(text) : drifts ? kept.toReversed() : kept;
      }),
    );
  expect(await asks(false)(server.port, 1, false)).toMatchObject({ differing: 4, models: [OTHER] });
  expect(await asks(true)(server.port, 1, false)).toBeNull();
  const { port } = await embedder();
  await server.close();
  await reembed(port);
  const after = await served();
  expect(await asks(false)(after.port, 1, false)).toMatchObject({ differing: 0, leastSimilarity: expect.closeTo(1) });
  await after.close();
});

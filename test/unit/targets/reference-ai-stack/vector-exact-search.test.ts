// Exact search gives the best rows of all, and lets others come in between its vectors.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { seededRandom } from "../../../../src/core/random.ts";
import { createRegistry } from "../../../../targets/reference-ai-stack/common/metrics.ts";
import { NO_TRACER } from "../../../../targets/reference-ai-stack/common/telemetry/span.ts";
import { createVectorApp } from "../../../../targets/reference-ai-stack/vector/app.ts";
import { filesIn } from "../../../../targets/reference-ai-stack/vector/layout.ts";
import { openReplica, type VectorReplica } from "../../../../targets/reference-ai-stack/vector/replica.ts";
import { buildIndexFolder } from "../../../../targets/reference-ai-stack/vector/snapshot.ts";

const ROWS = 60;
const random = seededRandom(5, "rows");
let dir: string;
let replica: VectorReplica;

const vectors = Array.from({ length: ROWS }, () => Float32Array.from({ length: 512 }, () => random.next() - 0.5));

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "vector-exact-"));
  const files = filesIn(join(dir, "vector-1"));
  const records = vectors.map((vector, row) => ({ id: `r${row}`, title: "", text: "", vector }));
  await buildIndexFolder(files, "corpus", records);
  replica = await openReplica(files);
});
afterEach(async () => {
  replica.records.close();
  await rm(dir, { recursive: true, force: true });
});

function score(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array): number => x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
  return dot(a, b) / (Math.sqrt(dot(a, a)) * Math.sqrt(dot(b, b)));
}

it("gives the best rows of all, the best first", () => {
  for (const k of [1, 4, 7, ROWS, 100]) {
    const query = Float32Array.from({ length: 512 }, () => random.next() - 0.5);
    const sorted = vectors.map((own, row) => ({ row, score: score(own, query) })).toSorted((a, b) => b.score - a.score);
    const wanted = sorted.slice(0, k).map(({ row }) => `r${row}`);
    expect(replica.searchExact(query, k).map(({ id }) => id)).toEqual(wanted);
  }
});

it("answers who asks for its health before a long search of many vectors is through", async () => {
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const registry = createRegistry("vector", "vector-1");
  const app = createVectorApp({
    replica,
    principals: {},
    writers: {},
    recorders: {},
    registry,
    tracer: NO_TRACER,
    log,
  });
  const seen = { searched: false, between: 0 };
  const body = JSON.stringify({ vectors: vectors.slice(0, 40).map((vector) => [...vector]), k: 3 });
  const search = Promise.resolve(app.request("/search/exact", { method: "POST", body })).then((response) => {
    seen.searched = true;
    return response;
  });
  while (!seen.searched) {
    // A turn of the event loop, in which a request that has come in meanwhile is answered.
    await new Promise(setImmediate);
    expect((await app.request("/health")).status).toBe(200);
    seen.between += 1;
  }
  const { results } = (await (await search).json()) as { results: { id: string }[][] };
  expect(results.map(([first]) => first?.id)).toEqual(vectors.slice(0, 40).map((_, row) => `r${row}`));
  expect(seen.between).toBeGreaterThan(20);
});

// What a vector replica does at its start with the files that it finds: documents that were acknowledged lie in its
// record store alone, so nothing that exists is written over, whatever is missing or torn beside it.
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Registry } from "prom-client";
import { NO_TRACER } from "../../../../targets/reference-ai-stack/common/telemetry/span.ts";
import { indexDetector } from "../../../../targets/reference-ai-stack/healer/detection/index-detector.ts";
import { readManifest as readManifestView } from "../../../../targets/reference-ai-stack/healer/telemetry/read-answer.ts";
import { makeIndex } from "../../../../targets/reference-ai-stack/supervisor/restore/make-index.ts";
import { rebuildIndex } from "../../../../targets/reference-ai-stack/supervisor/restore/rebuild-index.ts";
import { createVectorApp } from "../../../../targets/reference-ai-stack/vector/app.ts";
import { usearch } from "../../../../targets/reference-ai-stack/vector/engines/usearch.ts";
import { ensureReplicaFiles } from "../../../../targets/reference-ai-stack/vector/files-at-start.ts";
import { filesIn, replicaFiles, type IndexFiles } from "../../../../targets/reference-ai-stack/vector/layout.ts";
import { openReplica, type VectorReplica } from "../../../../targets/reference-ai-stack/vector/replica.ts";
import {
  buildSnapshot,
  currentSnapshot,
  madeOfSnapshot,
  readManifest,
  setCurrentSnapshot,
  snapshotKey,
} from "../../../../targets/reference-ai-stack/vector/snapshot.ts";

const ROWS = 20;
let dir: string;
let cache: string;
let files: IndexFiles;
let replica: VectorReplica | undefined;

const recordOf = (n: number) => ({
  id: `r${n}`,
  title: "",
  text: `says ${n}`,
  vector: Float32Array.from({ length: 512 }, (_, i) => Math.sin((n + 1) * (i + 1))),
});
const madeOf = () => madeOfSnapshot(cache, "usearch");

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "files-at-start-"));
  cache = join(dir, "cache");
  await buildSnapshot(
    cache,
    "corpus",
    Array.from({ length: ROWS }, (_, n) => recordOf(n)),
  );
  await setCurrentSnapshot(cache, snapshotKey("corpus"));
  files = replicaFiles(dir, "vector-1");
});
afterEach(async () => {
  await replica?.close();
  replica = undefined;
  await rm(dir, { recursive: true, force: true });
});

/** As the process starts. */
async function start(): Promise<VectorReplica> {
  await replica?.close();
  replica = undefined;
  await ensureReplicaFiles(files, cache, usearch);
  replica = await openReplica(files, usearch, madeOf);
  return replica;
}

/** A replica with a document of its own behind the snapshot's. */
async function withDocument(): Promise<void> {
  (await start()).add(recordOf(ROWS));
  await replica?.close();
  replica = undefined;
}

async function hasAll(): Promise<void> {
  expect(replica?.records.count()).toBe(ROWS + 1);
  for (const n of [0, 7, ROWS]) expect(await replica?.findable(`r${n}`)).toMatchObject({ text: `says ${n}` });
}

it("gets a copy of the snapshot where it has no files, and keeps what it has at the next start", async () => {
  expect(await ensureReplicaFiles(files, cache, usearch)).toBe(true);
  expect((await readdir(files.dir)).toSorted()).toEqual(["index.usearch", "manifest.json", "records.db"]);
  const before = await readFile(files.records);
  expect(await ensureReplicaFiles(files, cache, usearch)).toBe(false);
  expect(await readFile(files.records)).toEqual(before);
});

it("begins a copy anew that another start did not end, and nothing of the half one stays", async () => {
  await mkdir(files.dir, { recursive: true });
  await writeFile(join(files.dir, "copying"), "");
  await writeFile(files.records, "half");
  expect(await ensureReplicaFiles(files, cache, usearch)).toBe(true);
  expect(existsSync(join(files.dir, "copying"))).toBe(false);
  expect(await readFile(files.records)).toEqual(await readFile(currentSnapshot(cache).files.records));
});

const torn = async () => writeFile(files.manifest, (await readFile(files.manifest)).subarray(0, 60));
const LOSSES: readonly (readonly [string, () => Promise<void>])[] = [
  ["a manifest that is gone", () => rm(files.manifest)],
  ["a manifest that is torn", torn],
  ["a manifest that is empty", () => writeFile(files.manifest, "")],
  ["an index that is gone", () => rm(files.index)],
  [
    "both gone",
    async () => {
      await rm(files.manifest);
      await rm(files.index);
    },
  ],
];

it.each(LOSSES)("keeps its documents and answers from them, and says so, with %s", async (_what, lose) => {
  await withDocument();
  await lose();
  const one = await start();
  await hasAll();
  expect(await one.selfRetrieval(ROWS, 1)).toMatchObject({ share: 1, differing: [] });
  expect(one.lacks()).not.toBeNull();
  const told = await one.manifest(true);
  expect(told).toMatchObject({ records: ROWS + 1, rows: ROWS + 1, manifestHash: expect.any(String), inPlace: 0 });
  expect(told.indexHash).not.toBe(told.manifestHash);
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const parts = { registry: new Registry(), tracer: NO_TRACER, log, principals: {}, writers: {}, recorders: null };
  const health = await createVectorApp({ replica: one, ...parts }).request("/health");
  expect(await health.json()).toMatchObject({ status: "degraded", reason: one.lacks() });
  // What comes meanwhile is kept as well, and a restore takes it up.
  expect(one.add(recordOf(ROWS + 1))).toBe("added");
  await makeIndex(currentSnapshot(cache).files, files, usearch, { otherwise: madeOf });
  await one.reload();
  expect(one.lacks()).toBeNull();
  expect(await one.manifest(true)).toMatchObject({ records: ROWS + 2, rows: ROWS + 2, described: 1, inPlace: 1 });
});

it.each(LOSSES)("has its index made anew of its records, with %s", async (_what, lose) => {
  await withDocument();
  const { rows: _rows, indexHash: _hash, indexBytes: _bytes, ...of } = readManifest(files);
  await lose();
  await rebuildIndex(files, usearch, madeOf);
  expect(readManifest(files)).toMatchObject({ ...of, rows: ROWS + 1 });
  expect((await start()).lacks()).toBeNull();
  await hasAll();
});

it("goes on answering as before when its manifest is lost while it runs, and says that it is", async () => {
  await withDocument();
  const one = await start();
  const before = await one.manifest(true);
  for (const [what, lose] of LOSSES.slice(0, 3)) {
    await lose().catch(() => undefined);
    const said = await one.manifest(true);
    const { described: _described, manifestTrouble, ...rest } = said;
    const { described: _before, ...same } = before;
    expect({ ...rest, digests: undefined }, what).toEqual({ ...same, digests: undefined });
    expect([said.described, manifestTrouble], what).toEqual([0, expect.stringContaining("manifest.json")]);
    const view = readManifestView(JSON.parse(JSON.stringify(said))) ?? expect.fail("not read");
    const scope = { service: "vector", replica: "vector-1" };
    const state = indexDetector.take(indexDetector.initial, { kind: "manifest", at: 0, scope, manifest: view });
    expect(indexDetector.signals(state).map(({ name }) => name)).toEqual(["manifest-unreadable"]);
    await expect(one.reload()).rejects.toThrow("manifest.json");
    await writeFile(files.manifest, JSON.stringify(readManifest(currentSnapshot(cache).files)));
  }
  await hasAll();
});

it("does not begin anew without its records, and touches nothing", async () => {
  await withDocument();
  await rm(files.records);
  const before = await readdir(files.dir);
  await expect(start()).rejects.toThrow(`${files.records} is missing beside`);
  expect(await readdir(files.dir)).toEqual(before);
});

it("is refused to another engine, by the name of the index where no manifest tells", async () => {
  await withDocument();
  await rm(files.manifest);
  const other = { ...usearch, name: "sqlite-vec" } as const;
  const asked = ensureReplicaFiles(filesIn(files.dir, "sqlite-vec"), cache, other);
  await expect(asked).rejects.toThrow("holds an index of usearch, and VECTOR_ENGINE is sqlite-vec");
});

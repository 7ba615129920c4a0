// What is written while a replica runs: found at once, still found after a restart and after its index was made anew.
import { copyFile, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createRegistry } from "../../../../targets/reference-ai-stack/common/metrics.ts";
import { NO_TRACER } from "../../../../targets/reference-ai-stack/common/telemetry/span.ts";
import { makeIndex } from "../../../../targets/reference-ai-stack/supervisor/restore/make-index.ts";
import { createVectorApp } from "../../../../targets/reference-ai-stack/vector/app.ts";
import { filesIn, hashFile, type IndexFiles } from "../../../../targets/reference-ai-stack/vector/layout.ts";
import { openReplica, type VectorReplica } from "../../../../targets/reference-ai-stack/vector/replica.ts";
import {
  buildIndexFolder,
  readManifest,
  writeDurably,
} from "../../../../targets/reference-ai-stack/vector/snapshot.ts";

const ROWS = 20;
let dir: string;
let snapshot: IndexFiles;
let files: IndexFiles;
let replica: VectorReplica;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "vector-documents-"));
  [snapshot, files] = [filesIn(join(dir, "snapshot")), filesIn(join(dir, "vector-1"))];
  const rows = Array.from({ length: ROWS }, (_, row) => record(row));
  await buildIndexFolder(snapshot, "corpus", rows);
  await buildIndexFolder(files, "corpus", rows);
  replica = await openReplica(files);
});
afterEach(async () => {
  await replica.close();
  await rm(dir, { recursive: true, force: true });
});

function record(row: number) {
  const vector = Float32Array.from({ length: 512 }, (_, i) => Math.sin((row + 1) * (i + 1)));
  return { id: `r${row}`, title: `title ${row}`, text: `text ${row}`, vector };
}

async function reopen(): Promise<void> {
  await replica.close();
  replica = await openReplica(files);
}

const found = async (...rows: readonly number[]): Promise<boolean[]> => {
  const records = await Promise.all(rows.map((row) => replica.findable(`r${row}`)));
  return records.map((record) => record !== undefined);
};

it("is found by searching as soon as it is stored, and the file stays as its manifest says", async () => {
  expect(replica.add(record(20))).toBe("added");
  expect((await replica.search(record(20).vector, 2)).map(({ id }) => id)[0]).toBe("r20");
  expect((await replica.search(record(3).vector, 2)).map(({ id }) => id)[0]).toBe("r3");
  expect(await found(20, 21)).toEqual([true, false]);
  const manifest = await replica.manifest(true);
  expect(manifest).toMatchObject({ records: 21, rows: 21, indexHash: manifest.manifestHash });
  expect(await replica.selfRetrieval(21, 5)).toMatchObject({ share: 1, checked: 21 });
});

it("counts once when it comes twice, and does not give way to another of the same id", () => {
  expect([replica.add(record(20)), replica.add(record(20))]).toEqual(["added", "known"]);
  expect(replica.add({ ...record(21), id: "r20" })).toBe("taken");
  expect(replica.records.count()).toBe(21);
});

it("counts as written what was stored, and nothing that wrote nothing", async () => {
  const document = { document: "d", version: 2, source: "s", batch: "b", schema: 1, model: "m", tags: [] };
  const write = { ...document, passages: [{ ...record(20), id: "d" }] };
  expect((await replica.manifest(false)).wrote).toBe(0);
  const outcomes = [write, write, { ...write, version: 1 }, { ...document, passages: [] }].map(replica.write);
  expect(outcomes).toEqual(["stored", "known", "stale", "taken"]);
  expect([replica.add(record(21)), replica.add(record(21))]).toEqual(["added", "known"]);
  expect((await replica.manifest(false)).wrote).toBe(2);
});

it("is still found after a restart, and after the index was made anew from the snapshot", async () => {
  replica.add(record(20));
  replica.add(record(21));
  await reopen();
  expect(await found(20, 21)).toEqual([true, true]);
  expect(await makeIndex(snapshot, files)).toMatchObject({ rows: 22, readded: 2 });
  // Written after the file was made, and before the replica maps it.
  replica.add(record(22));
  expect((await replica.reload()).rows).toBe(23);
  expect(await found(20, 21, 22)).toEqual([true, true, true]);
  await reopen();
  expect(await found(3, 20, 21, 22)).toEqual([true, true, true, true]);
});

it("is lost to users when a restore says that it holds it and does not, whatever the record count says", async () => {
  for (const row of [20, 21]) replica.add(record(row));
  await copyFile(snapshot.index, files.index);
  const manifest = { ...readManifest(snapshot), rows: 22, indexHash: await hashFile(snapshot.index) };
  await writeDurably(files.manifest, JSON.stringify(manifest));
  await replica.reload();
  expect(await found(3, 20, 21)).toEqual([true, false, false]);
  expect(await replica.manifest(true)).toMatchObject({ records: 22 });
});

it("is not looked for in an index that is shorter than it was written: the library never sees it, and the old one stays", async () => {
  const whole = await readFile(files.index);
  // Behind the rows lies the graph, which nothing but the library reads.
  await writeFile(`${files.index}.cut`, whole.subarray(0, whole.length - 100));
  await rename(`${files.index}.cut`, files.index);
  await expect(replica.reload()).rejects.toThrow(
    `is cut short: ${whole.length - 100} bytes, written were ${whole.length}`,
  );
  expect(await found(3)).toEqual([true]);
  await expect(openReplica(files)).rejects.toThrow("is cut short");
});

it("comes in and is asked for over HTTP", async () => {
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const registry = createRegistry("vector", "vector-1");
  const recorders = { gateway: "a-token" };
  const parts = { replica, principals: {}, writers: {}, registry, tracer: NO_TRACER, log };
  const app = createVectorApp({ ...parts, recorders });
  const headers = { authorization: "Bearer a-token" };
  const post = async (body: unknown): Promise<number> =>
    (await app.request("/records", { method: "POST", headers, body: JSON.stringify(body) })).status;
  const sent = { ...record(20), id: "note/1#2", vector: [...record(20).vector] };
  expect([await post(sent), await post(sent), await post({ ...sent, text: "other" })]).toEqual([201, 200, 409]);
  expect([await post({ ...sent, vector: [1] }), await post("no")]).toEqual([400, 400]);
  expect(await (await app.request("/documents/note%2F1%232")).json()).toMatchObject({ text: "text 20" });
  expect((await app.request("/documents/none")).status).toBe(404);
});

it.each([
  ["without a token", { gateway: "a-token" }, undefined, 401],
  ["with another token", { gateway: "a-token" }, "Bearer another", 401],
  ["where nobody was given a token", { gateway: undefined }, "Bearer undefined", 401],
  ["where documents come through the ingestion", null, "Bearer a-token", 409],
])("is refused %s, and leaves no row behind", async (_where, recorders, authorization, status) => {
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const registry = createRegistry("vector", "vector-1");
  const parts = { replica, principals: {}, writers: {}, recorders, registry, tracer: NO_TRACER, log };
  const body = JSON.stringify({ ...record(20), vector: [...record(20).vector] });
  const headers = authorization === undefined ? {} : { authorization };
  const answer = await createVectorApp(parts).request("/records", { method: "POST", headers, body });
  expect(answer.status).toBe(status);
  expect(replica.records.count()).toBe(ROWS);
});

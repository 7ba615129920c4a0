// A replica that saves its index writes what it holds in memory into a new version of the file, and never saves damage;
// and it tells when the file that it answers from is gone.
import { copyFile, mkdtemp, open, readdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { indexDetector } from "../../../../targets/reference-ai-stack/healer/detection/index-detector.ts";
import {
  readManifest as readManifestView,
  readSelfRetrieval,
} from "../../../../targets/reference-ai-stack/healer/telemetry/read-answer.ts";
import type { VectorEngine } from "../../../../targets/reference-ai-stack/vector/engines/engine.ts";
import { hashIndex } from "../../../../targets/reference-ai-stack/vector/engines/generation.ts";
import { usearch } from "../../../../targets/reference-ai-stack/vector/engines/usearch.ts";
import { filesIn, PAYLOAD_OFFSET, type IndexFiles } from "../../../../targets/reference-ai-stack/vector/layout.ts";
import { openReplica, type VectorReplica } from "../../../../targets/reference-ai-stack/vector/replica.ts";
import { createSaver } from "../../../../targets/reference-ai-stack/vector/save-index.ts";
import { buildIndexFolder, readManifest } from "../../../../targets/reference-ai-stack/vector/snapshot.ts";

const ROWS = 20;
let dir: string;
let files: IndexFiles;
let replica: VectorReplica;

const recordOf = (n: number) => ({ id: `r${n}`, title: "", text: `says ${n}`, vector: vectorOf(n) });
const about = { source: "s", batch: "b", schema: 1, model: "m", tags: [] };

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "save-"));
  files = filesIn(join(dir, "vector-1"));
  const rows = Array.from({ length: ROWS }, (_, n) => recordOf(n));
  await buildIndexFolder(files, "corpus", rows);
  replica = await openReplica(files);
});
afterEach(async () => {
  await replica.close();
  await rm(dir, { recursive: true, force: true });
});

/** Every number its own direction. */
function vectorOf(n: number): Float32Array {
  return Float32Array.from({ length: 512 }, (_, i) => Math.sin((n + 1) * (i + 1)));
}

it("takes up what lies behind the file, of which nothing is lost, and what was deleted stays so", async () => {
  for (const n of [20, 21, 22]) replica.add(recordOf(n));
  replica.write({ document: "r3", version: 2, ...about, passages: [] });
  const before = await hashIndex(files.index);
  const saved = await replica.save();
  expect(saved).toEqual({ hash: await hashIndex(files.index), rows: 23, added: 3 });
  expect(saved.hash).not.toBe(before);
  expect(replica.indexVersion()).toBe(`${saved.hash.slice(0, 12)}-2`);
  expect(readManifest(files)).toMatchObject({ rows: 23, indexHash: saved.hash });
  const left = Array.from({ length: 23 }, (_, n) => n).filter((n) => n !== 3);
  const found = await Promise.all(left.map(async (n) => (await replica.search(vectorOf(n), 1))[0]?.id));
  expect(found).toEqual(left.map((n) => `r${n}`));
  expect(await replica.findable("r3")).toBeUndefined();
  expect(await replica.manifest(true)).toMatchObject({ records: 23, removed: 1, rows: 22, indexHash: saved.hash });
  expect((await readdir(files.dir)).toSorted()).toEqual(["index.usearch", "manifest.json", "records.db"]);
});

it("keeps what is written while it saves, and refuses to save twice at once", async () => {
  replica.add(recordOf(20));
  const saving = replica.save();
  await expect(replica.save()).rejects.toThrow("being saved already");
  replica.add(recordOf(21));
  expect((await saving).rows).toBeGreaterThan(20);
  expect(await replica.findable("r21")).toMatchObject({ text: "says 21" });
  expect(await replica.save()).toMatchObject({ rows: 22 });
});

it("saves nothing over an index whose bytes are not those of its manifest, and says so", async () => {
  replica.add(recordOf(20));
  const handle = await open(files.index, "r+");
  await handle.write(new Uint8Array(64), 0, 64, PAYLOAD_OFFSET);
  await handle.close();
  const [damaged, manifest] = [await hashIndex(files.index), readManifest(files)];
  await expect(replica.save()).rejects.toThrow(/its manifest says/);
  expect([await hashIndex(files.index), readManifest(files)]).toEqual([damaged, manifest]);
  expect(await replica.findable("r20")).toMatchObject({ text: "says 20" });
});

it("puts nothing in place once whoever asked waits no more", async () => {
  replica.add(recordOf(20));
  const [old, manifest] = [await hashIndex(files.index), readManifest(files)];
  await expect(createSaver(files, usearch, async () => replica.reload(), -1)()).rejects.toThrow("came too late");
  expect([await hashIndex(files.index), readManifest(files)]).toEqual([old, manifest]);
  expect((await readdir(files.dir)).toSorted()).toEqual(["index.usearch", "manifest.json", "records.db"]);
});

it("says that the new version is in place when it cannot be opened", async () => {
  replica.add(recordOf(20));
  const old = await hashIndex(files.index);
  const save = createSaver(files, usearch, async () => Promise.reject(new Error("no memory")));
  await expect(save()).rejects.toThrow(/^the new version lies in place of the old one, .*: no memory$/);
  expect(await hashIndex(files.index)).not.toBe(old);
});

it("answers from the file that lies in place, though another took its place while it was opened", async () => {
  let times = 0;
  const swapping: VectorEngine = {
    ...usearch,
    async open(index) {
      const opened = await usearch.open(index);
      times += 1;
      if (times === 1) {
        await copyFile(index, `${index}.copy`);
        await rename(`${index}.copy`, index);
      }
      return opened;
    },
  };
  const other = await openReplica(files, swapping);
  try {
    expect(times).toBe(2);
    expect((await other.manifest(false)).inPlace).toBe(1);
  } finally {
    await other.close();
  }
});

it("tells when the file that it answers from is at its path no more, and goes on answering until it loads another", async () => {
  const inPlace = async () => (await replica.manifest(false)).inPlace;
  expect(await inPlace()).toBe(1);
  await copyFile(files.index, `${files.index}.copy`);
  await rename(`${files.index}.copy`, files.index);
  expect(await inPlace()).toBe(0);
  await rm(files.index);
  expect(await inPlace()).toBe(0);
  expect((await replica.search(vectorOf(7), 1))[0]?.id).toBe("r7");
  await expect(replica.reload()).rejects.toThrow("index refused");
  const other = filesIn(join(dir, "vector-2"));
  await buildIndexFolder(
    other,
    "corpus",
    Array.from({ length: ROWS }, (_, n) => recordOf(n)),
  );
  await copyFile(other.index, files.index);
  await replica.reload();
  expect(await inPlace()).toBe(1);
});

it("of two replicas with the same documents one that is a build behind raises no alarm, nor does its peer", async () => {
  const behind = filesIn(join(dir, "vector-2"));
  await buildIndexFolder(
    behind,
    "corpus",
    Array.from({ length: ROWS }, (_, n) => recordOf(n)),
  );
  const peer = await openReplica(behind);
  for (const one of [replica, peer]) for (const n of [20, 21, 22]) one.add(recordOf(n));
  await replica.save();
  let state = indexDetector.initial;
  for (const [name, one] of [
    ["vector-1", replica],
    ["vector-2", peer],
  ] as const) {
    const scope = { service: "vector", replica: name };
    const manifest = readManifestView(await one.manifest(true));
    const view = readSelfRetrieval(await one.selfRetrieval(23, undefined));
    if (manifest === null || view === null) throw new Error("not read");
    state = indexDetector.take(state, { kind: "manifest", scope, manifest, at: 1 });
    state = indexDetector.take(state, { kind: "self-retrieval", scope, view, at: 1 });
  }
  await peer.close();
  expect(readManifest(files).rows - readManifest(behind).rows).toBe(3);
  expect([state.replicas.size, indexDetector.signals(state)]).toEqual([2, []]);
});

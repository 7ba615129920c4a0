import { mkdtemp, open, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { BadSource, makeIndex } from "../../../../../targets/reference-ai-stack/supervisor/restore/make-index.ts";
import { openIndex } from "../../../../../targets/reference-ai-stack/vector/index-file.ts";
import { filesIn, hashFile, type IndexFiles } from "../../../../../targets/reference-ai-stack/vector/layout.ts";
import { buildIndexFolder, readManifest } from "../../../../../targets/reference-ai-stack/vector/snapshot.ts";

let dir: string;
let snapshot: IndexFiles;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "make-index-"));
  snapshot = await folder("snapshot", 20);
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** Vector of a row: every row its own direction, the same in every folder. */
function vectorOf(row: number): Float32Array {
  return Float32Array.from({ length: 512 }, (_, i) => Math.sin((row + 1) * (i + 1)));
}

async function folder(
  name: string,
  rows: number,
  corpus = "corpus",
  idOf = (row: number) => `r${row}`,
): Promise<IndexFiles> {
  const files = filesIn(join(dir, name));
  const records = Array.from({ length: rows }, (_, row) => ({
    id: idOf(row),
    title: "",
    text: "",
    vector: vectorOf(row),
  }));
  await buildIndexFolder(files, corpus, records);
  return files;
}

async function damage(file: string): Promise<void> {
  const handle = await open(file, "r+");
  await handle.write(Buffer.alloc(2048), 0, 2048, 8);
  await handle.close();
}

it("puts the source's bytes in the place of a damaged index, as a new file", async () => {
  const replica = await folder("vector-1", 20);
  await damage(replica.index);
  const before = await stat(replica.index);
  const old = await open(replica.index, "r");
  const damaged = await old.readFile();
  const restored = await makeIndex(snapshot, replica);
  expect(restored).toEqual({ hash: await hashFile(snapshot.index), rows: 20, readded: 0 });
  expect(await hashFile(replica.index)).toBe(restored.hash);
  expect((await stat(replica.index)).ino).not.toBe(before.ino);
  // Whoever still maps the old file keeps all of it.
  const kept = Buffer.alloc(damaged.length);
  await old.read(kept, 0, kept.length, 0);
  await old.close();
  expect(kept.equals(damaged)).toBe(true);
});

it("adds again what was written after the snapshot, so that nothing newer is lost", async () => {
  const replica = await folder("vector-1", 23);
  await damage(replica.index);
  const restored = await makeIndex(snapshot, replica);
  expect(restored).toMatchObject({ rows: 23, readded: 3 });
  const manifest = readManifest(replica);
  expect([manifest.rows, manifest.indexHash]).toEqual([23, await hashFile(replica.index)]);
  const index = await openIndex(replica.index);
  for (const row of [0, 19, 20, 21, 22]) expect(index.search(vectorOf(row), 1)[0]?.row).toBe(row);
});

it("refuses a peer whose file is not what its manifest says, and leaves the replica as it was", async () => {
  const replica = await folder("vector-1", 20);
  const peer = await folder("vector-2", 20);
  await damage(peer.index);
  await damage(replica.index);
  const before = await readFile(replica.index);
  await expect(makeIndex(peer, replica)).rejects.toBeInstanceOf(BadSource);
  expect((await readFile(replica.index)).equals(before)).toBe(true);
  expect((await readdir(replica.dir)).sort()).toEqual((await readdir(peer.dir)).sort());
});

it("refuses an index of another corpus", async () => {
  await expect(makeIndex(await folder("other", 20, "other corpus"), snapshot)).rejects.toThrow("another corpus");
});

it("refuses a source with more rows than the replica has records", async () => {
  await expect(makeIndex(await folder("longer", 21), snapshot)).rejects.toBeInstanceOf(BadSource);
});

it("refuses a peer whose store numbers its rows differently: its index would find the wrong records", async () => {
  const replica = await folder("vector-1", 23);
  const peer = await folder("vector-2", 22, "corpus", (row) => (row < 20 ? `r${row}` : `r${row + 1}`));
  await expect(makeIndex(peer, replica)).rejects.toThrow(/row 20 is r21 in .*vector-2.* and r20 in .*vector-1/);
  // From the snapshot, which ends before they differ, it is restored all the same.
  expect(await makeIndex(snapshot, replica)).toMatchObject({ rows: 23, readded: 3 });
});

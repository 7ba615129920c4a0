import { mkdir, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { afterEach, beforeEach, expect, it } from "vitest";
import {
  BadSource,
  checkSource,
  makeIndex,
} from "../../../../../targets/reference-ai-stack/supervisor/restore/make-index.ts";
import { rebuildIndex } from "../../../../../targets/reference-ai-stack/supervisor/restore/rebuild-index.ts";
import { openIndex } from "../../../../../targets/reference-ai-stack/vector/index-file.ts";
import { writeRecords } from "../../../../../targets/reference-ai-stack/vector/record-store.ts";
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

async function damage(file: string, row: Uint8Array = new Uint8Array(2048)): Promise<void> {
  const handle = await open(file, "r+");
  await handle.write(row, 0, 2048, 8);
  await handle.close();
}

/** Another generation: damage whose manifest fits. */
async function haveManifestFit(files: IndexFiles): Promise<void> {
  const manifest = { ...readManifest(files), indexHash: await hashFile(files.index) };
  await writeFile(files.manifest, JSON.stringify(manifest));
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

it.each([
  ["corpusHash", "corpus"],
  ["model", "universal-sentence-encoder-lite-en-0.2.0"],
  ["dimension", 512],
  ["metric", "cos"],
  ["engine", "none"],
] as const)("refuses a snapshot of another %s, and leaves the replica as it was", async (part, own) => {
  const replica = await folder("vector-1", 20);
  await damage(replica.index);
  const before = await readFile(replica.index);
  await writeFile(snapshot.manifest, JSON.stringify({ ...readManifest(snapshot), [part]: "other" }));
  const says = `is of another ${part}: other; the replica's manifest says ${own}`;
  await expect(makeIndex(snapshot, replica)).rejects.toThrow(says);
  expect((await readFile(replica.index)).equals(before)).toBe(true);
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

it("refuses a source whose bytes and manifest fit and which holds other vectors, and puts nothing in place", async () => {
  for (const newer of [0, 3]) {
    const replica = await folder(`vector-${newer}`, 20 + newer);
    const other = await folder(`snapshot-${newer}`, 20);
    await damage(other.index, Buffer.from(vectorOf(7).buffer));
    await haveManifestFit(other);
    const before = [await readFile(replica.index), await readFile(replica.manifest)];
    await expect(makeIndex(other, replica)).rejects.toThrow(/is not fit to serve: of 2\d rows 1 have another vector/);
    await expect(checkSource(other)).rejects.toThrow("is not fit to serve");
    expect([await readFile(replica.index), await readFile(replica.manifest)]).toEqual(before);
    expect((await readdir(replica.dir)).filter((name) => name.includes("new"))).toEqual([]);
  }
  expect(await checkSource(snapshot)).toMatchObject({ rows: 20 });
});

it("takes either of two records with one vector for found", async () => {
  const files = filesIn(join(dir, "twins"));
  const vectors = [0, 1, 2, 3, 3].map((row) => vectorOf(row));
  const records = vectors.map((vector, row) => ({ id: `r${row}`, title: "", text: "", vector }));
  await buildIndexFolder(files, "corpus", records.slice(0, 4));
  const replica = filesIn(join(dir, "twin"));
  await mkdir(replica.dir);
  writeRecords(replica.records, records);
  await writeFile(replica.manifest, JSON.stringify(readManifest(files)));
  expect(await makeIndex(files, replica)).toMatchObject({ rows: 5, readded: 1 });
});

it("makes an index anew from the record store alone, whatever became of the files", async () => {
  const replica = await folder("vector-1", 23);
  const built = readManifest(replica);
  await damage(replica.index, Buffer.from(vectorOf(9).buffer));
  await haveManifestFit(replica);
  expect(await rebuildIndex(replica)).toMatchObject({ rows: 23, readded: 0 });
  // The same rows in the same order give the same bytes.
  expect(readManifest(replica)).toEqual(built);
  expect(await hashFile(replica.index)).toBe(built.indexHash);
  await rm(replica.index);
  expect(await rebuildIndex(replica)).toMatchObject({ hash: built.indexHash });
});

it.each([0, Number.NaN])(
  "makes no index of records whose vectors are damaged too (%d), and leaves the old one",
  async (value) => {
    const replica = await folder("vector-1", 20);
    const before = await readFile(replica.index);
    const db = new DatabaseSync(replica.records);
    db.prepare("UPDATE records SET vector = ? WHERE row = 5").run(
      new Uint8Array(new Float32Array(512).fill(value).buffer),
    );
    db.close();
    await expect(rebuildIndex(replica)).rejects.toThrow("row 5 of");
    expect((await readFile(replica.index)).equals(before)).toBe(true);
  },
);

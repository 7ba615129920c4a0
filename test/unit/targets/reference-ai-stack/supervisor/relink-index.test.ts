// An index whose links are lost and whose vectors are whole is linked anew from these; where a vector is another one
// than the record store's it is refused, and nothing is changed.
import { mkdtemp, open, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { graphDamage, type GraphMode } from "../../../../../src/faults/parts/index-graph.ts";
import { graphBehind } from "../../../../../src/faults/parts/usearch-graph.ts";
import { relinkIndex } from "../../../../../targets/reference-ai-stack/supervisor/restore/relink-index.ts";
import { rebuildIndex } from "../../../../../targets/reference-ai-stack/supervisor/restore/rebuild-index.ts";
import type { VectorEngine } from "../../../../../targets/reference-ai-stack/vector/engines/engine.ts";
import { usearch } from "../../../../../targets/reference-ai-stack/vector/engines/usearch.ts";
import {
  filesIn,
  hashFile,
  PAYLOAD_OFFSET,
  ROW_BYTES,
  type IndexFiles,
} from "../../../../../targets/reference-ai-stack/vector/layout.ts";
import { openReplica, type VectorReplica } from "../../../../../targets/reference-ai-stack/vector/replica.ts";
import { buildIndexFolder, readManifest } from "../../../../../targets/reference-ai-stack/vector/snapshot.ts";

const ROWS = 60;
let dir: string;
let files: IndexFiles;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "relink-"));
  files = filesIn(join(dir, "vector-1"));
  const rows = Array.from({ length: ROWS }, (_, n) => ({ id: `r${n}`, title: "", text: "", vector: vectorOf(n) }));
  await buildIndexFolder(files, "corpus", rows);
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** Every number its own direction. */
function vectorOf(n: number): Float32Array {
  return Float32Array.from({ length: 512 }, (_, i) => Math.sin((n + 1) * (i + 1) * 1.7));
}

/** Damage in place, and a manifest that fits it. */
async function damage(change: (file: Buffer) => void): Promise<void> {
  const bytes = await readFile(files.index);
  change(bytes);
  const handle = await open(files.index, "r+");
  await handle.write(bytes);
  await handle.close();
  const manifest = { ...readManifest(files), indexHash: await hashFile(files.index) };
  await writeFile(files.manifest, JSON.stringify(manifest));
}

function loseGraph(bytes: Buffer, mode: GraphMode, share = 1): void {
  const rows = bytes.readUInt32LE(0);
  const graph = graphBehind(Buffer.from(bytes), { offset: PAYLOAD_OFFSET, rowBytes: ROW_BYTES, rows });
  const from = bytes.length - graph.length;
  for (const { at, damaged } of graphDamage(graph, { mode, share, seed: 1 })) bytes.set(damaged, from + at);
}

function scaleRow(bytes: Buffer, row: number, by: (value: number) => number): void {
  const from = PAYLOAD_OFFSET + row * ROW_BYTES;
  for (let at = from; at < from + ROW_BYTES; at += 4) bytes.writeFloatLE(by(bytes.readFloatLE(at)), at);
}

/** What is asked of the replica as it opens these files now. */
async function asked<Answer>(ask: (replica: VectorReplica) => Promise<Answer>): Promise<Answer> {
  const replica = await openReplica(files);
  try {
    return await ask(replica);
  } finally {
    await replica.close();
  }
}

const selfRetrieval = () => asked((replica) => replica.selfRetrieval(ROWS, 1));

it("links an index anew that linked nothing, into the file that a good build of its vectors gives", async () => {
  const built = readManifest(files);
  await damage((bytes) => loseGraph(bytes, "bare"));
  const lost = await selfRetrieval();
  expect(lost).toMatchObject({ differing: [], shape: { answers: ROWS, unknown: 0, misnamed: 0 } });
  expect(lost.share).toBeLessThan(0.1);
  expect(lost.shape.alike).toBeGreaterThan(ROWS / 2);
  const before = await stat(files.index);

  expect(await relinkIndex(files)).toEqual({ hash: built.indexHash, rows: ROWS, readded: 0 });
  expect(readManifest(files)).toEqual(built);
  expect((await stat(files.index)).ino).not.toBe(before.ino);
  expect(await selfRetrieval()).toMatchObject({ share: 1, checked: ROWS, differing: [], shape: { alike: 1 } });
  expect((await readdir(files.dir)).toSorted()).toEqual(["index.usearch", "manifest.json", "records.db"]);
});

it("keeps what was deleted, written again and added since, in the file and behind it", async () => {
  const about = { source: "s", batch: "b", schema: 1, model: "m", tags: [] };
  const write = (replica: VectorReplica, document: string, version: number, says: number | null): void => {
    const passages = says === null ? [] : [{ id: document, title: "", text: `${says}`, vector: vectorOf(says) }];
    expect(replica.write({ document, version, ...about, passages })).toBe("stored");
  };
  await asked(async (replica) => {
    write(replica, "r0", 2, null);
    write(replica, "r1", 2, 201);
    write(replica, "new", 1, 300);
  });
  // Now the file lacks r0, and its places are no row numbers any more.
  await rebuildIndex(files);
  await asked(async (replica) => {
    write(replica, "r2", 2, null);
    write(replica, "r3", 2, 203);
    write(replica, "newer", 1, 301);
  });
  const { indexHash: _, ...kept } = readManifest(files);
  await damage((bytes) => loseGraph(bytes, "bare"));
  await relinkIndex(files);
  expect(readManifest(files)).toMatchObject(kept);
  expect(await selfRetrieval()).toMatchObject({ share: 1, checked: ROWS, differing: [], shape: { unknown: 0 } });
  const found = [201, 203, 300, 301, 59].map((n) => asked((one) => one.search(vectorOf(n), 1)));
  expect((await Promise.all(found)).map(([hit]) => hit?.id)).toEqual(["r1", "r3", "new", "newer", "r59"]);
});

it.each<readonly [what: string, change: (bytes: Buffer) => void, says: RegExp]>([
  [
    "holds another row's vector",
    (bytes) => bytes.copy(bytes, PAYLOAD_OFFSET, PAYLOAD_OFFSET + ROW_BYTES, PAYLOAD_OFFSET + 2 * ROW_BYTES),
    /row 0 has another vector in the index of .* than in its record store/,
  ],
  ["holds zeros", (bytes) => scaleRow(bytes, 7, () => 0), /holds no vector at place 7: links cannot mend that/],
  ["holds no numbers", (bytes) => scaleRow(bytes, 7, () => Number.NaN), /holds no vector at place 7/],
  ["holds a vector of another length", (bytes) => scaleRow(bytes, 7, (value) => 2 * value), /1\.7 % .* an odd length/],
])("refuses an index that %s, though its manifest fits, and leaves it as it was", async (_, change, says) => {
  await damage((bytes) => {
    loseGraph(bytes, "bare");
    change(bytes);
  });
  const before = [await readFile(files.index), await readFile(files.manifest)];
  await expect(relinkIndex(files)).rejects.toThrow(says);
  expect([await readFile(files.index), await readFile(files.manifest)]).toEqual(before);
  expect((await readdir(files.dir)).toSorted()).toEqual(["index.usearch", "manifest.json", "records.db"]);
});

it("refuses a file that is not what was written: nobody knows what else is damaged there", async () => {
  const { indexHash } = readManifest(files);
  await damage((bytes) => loseGraph(bytes, "links", 0.6));
  await writeFile(files.manifest, JSON.stringify({ ...readManifest(files), indexHash }));
  await expect(relinkIndex(files)).rejects.toThrow(`its manifest says ${indexHash}`);
});

it("puts nothing in place of what is there when what was built finds no more than before", async () => {
  await damage((bytes) => loseGraph(bytes, "bare"));
  const before = [await readFile(files.index), await readFile(files.manifest)];
  const links = async (to: string): Promise<void> => {
    const bytes = await readFile(to);
    loseGraph(bytes, "bare");
    await writeFile(to, bytes);
  };
  const bare: VectorEngine = {
    ...usearch,
    build: async (vectors, to) => (await usearch.build(vectors, to), links(to)),
  };
  await expect(relinkIndex(files, bare)).rejects.toThrow(/is not fit to serve: of 60 rows \d+ are not found/);
  const dies: VectorEngine = {
    ...usearch,
    async build(_vectors, to) {
      await writeFile(to, "half of it");
      throw new Error("the disk is full");
    },
  };
  await expect(relinkIndex(files, dies)).rejects.toThrow("the disk is full");
  expect([await readFile(files.index), await readFile(files.manifest)]).toEqual(before);
  expect((await readdir(files.dir)).toSorted()).toEqual(["index.usearch", "manifest.json", "records.db"]);
});

it("tells rows that go by other names, whose vectors are found, from rows that no link leads to", async () => {
  await damage((bytes) => loseGraph(bytes, "keys"));
  const named = await selfRetrieval();
  expect(named.share).toBeLessThan(0.1);
  expect(named).toMatchObject({ differing: [], shape: { answers: ROWS, misnamed: ROWS } });
});

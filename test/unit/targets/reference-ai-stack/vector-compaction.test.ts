// Deletes and updates leave dead rows in a replica's index; an index that is made of the living rows alone has none,
// and loses nothing of what is written while it is made.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { checkSource, makeIndex } from "../../../../targets/reference-ai-stack/supervisor/restore/make-index.ts";
import { rebuildIndex } from "../../../../targets/reference-ai-stack/supervisor/restore/rebuild-index.ts";
import type { VectorEngine } from "../../../../targets/reference-ai-stack/vector/engines/engine.ts";
import { usearch } from "../../../../targets/reference-ai-stack/vector/engines/usearch.ts";
import { filesIn, type IndexFiles } from "../../../../targets/reference-ai-stack/vector/layout.ts";
import { openReplica, type VectorReplica } from "../../../../targets/reference-ai-stack/vector/replica.ts";
import { buildIndexFolder, readManifest } from "../../../../targets/reference-ai-stack/vector/snapshot.ts";

const ROWS = 30;
let dir: string;
let files: IndexFiles;
let replica: VectorReplica;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "compaction-"));
  files = await folder("vector-1");
  replica = await openReplica(files);
});
afterEach(async () => {
  await replica.close();
  await rm(dir, { recursive: true, force: true });
});

async function folder(name: string): Promise<IndexFiles> {
  const made = filesIn(join(dir, name));
  const rows = Array.from({ length: ROWS }, (_, n) => ({ id: `r${n}`, title: "", text: "", vector: vectorOf(n) }));
  await buildIndexFolder(made, "corpus", rows);
  return made;
}

/** Every number its own direction. */
function vectorOf(n: number): Float32Array {
  return Float32Array.from({ length: 512 }, (_, i) => Math.sin((n + 1) * (i + 1)));
}

let version = 1;
/** The document says something else now, or is deleted. */
function write(document: string, says: number | null, to = replica): void {
  version += 1;
  const passages = says === null ? [] : [{ id: document, title: "", text: `says ${says}`, vector: vectorOf(says) }];
  const about = { source: "s", batch: "b", schema: 1, model: "m", tags: [] };
  expect(to.write({ document, version, ...about, passages })).toBe("stored");
}

/** Five rows are deleted and five written again, twice. */
function churn(to = replica): void {
  for (let row = 0; row < 5; row++) write(`r${row}`, null, to);
  for (const turn of [100, 200]) for (let row = 5; row < 10; row++) write(`r${row}`, turn + row, to);
}

/** What is found first for what each of these numbers says. */
const first = (...numbers: readonly number[]): Promise<(string | undefined)[]> =>
  Promise.all(numbers.map(async (n) => (await replica.search(vectorOf(n), 1))[0]?.id));

async function counts(of = replica): Promise<object> {
  const { records, removed, rows, held, dead } = await of.manifest(false);
  return { records, removed, rows, held, dead };
}

it("counts what is dead in the file and in the tail, and after a compaction nothing is, and all is found", async () => {
  expect(await counts()).toEqual({ records: 30, removed: 0, rows: 30, held: 30, dead: 0 });
  churn();
  expect(await counts()).toEqual({ records: 30, removed: 5, rows: 25, held: 40, dead: 15 });
  const asked = [205, 209, 10, 29];
  const found = await first(...asked);
  expect(found).toEqual(["r5", "r9", "r10", "r29"]);

  expect(await rebuildIndex(files)).toMatchObject({ rows: 25 });
  await replica.reload();
  expect(await counts()).toEqual({ records: 30, removed: 5, rows: 25, held: 25, dead: 0 });
  expect(await first(...asked)).toEqual(found);
  const deleted = await Promise.all([0, 4].map((n) => replica.search(vectorOf(n), 30)));
  expect(deleted.flat().filter(({ id }) => ["r0", "r4"].includes(id))).toEqual([]);
  expect(await replica.selfRetrieval(30, 1)).toMatchObject({
    share: 1,
    checked: 25,
    differing: [],
    shape: { short: 0, unknown: 0, repeated: 0 },
  });
  await replica.close();
  replica = await openReplica(files);
  expect(await first(...asked)).toEqual(found);
  expect(await counts()).toMatchObject({ dead: 0, rows: 25 });
});

it("finds after a compaction what was written while it ran, and nothing that was deleted meanwhile", async () => {
  churn();
  const slow: VectorEngine = {
    ...usearch,
    async build(vectors, index) {
      // The vectors were read by now.
      write("r5", 300);
      write("r10", 301);
      write("r11", null);
      write("r0", 302);
      write("new", 303);
      await usearch.build(vectors, index);
    },
  };
  await rebuildIndex(files, slow);
  await replica.reload();
  const expected = ["r5", "r10", "r0", "new", "r9", "r29"];
  expect(await first(300, 301, 302, 303, 209, 29)).toEqual(expected);
  expect((await replica.search(vectorOf(11), 30)).map(({ id }) => id)).not.toContain("r11");
  expect(await replica.selfRetrieval(31, 1)).toMatchObject({ share: 1, checked: 26, differing: [] });
  expect(await counts()).toEqual({ records: 31, removed: 5, rows: 26, held: 29, dead: 3 });
  await rebuildIndex(files);
  await replica.reload();
  expect(await first(300, 301, 302, 303, 209, 29)).toEqual(expected);
  expect(await counts()).toMatchObject({ held: 26, dead: 0 });
});

it("restores from a peer that was compacted, whose places are no row numbers, and keeps what only it knows", async () => {
  const peerFiles = await folder("vector-2");
  const peer = await openReplica(peerFiles);
  churn(peer);
  await rebuildIndex(peerFiles);
  expect(await checkSource(peerFiles)).toMatchObject({ rows: 30 });
  // This one has not heard that r0 is deleted, and has a record more.
  for (let row = 1; row < 5; row++) write(`r${row}`, null);
  for (let row = 5; row < 10; row++) write(`r${row}`, 200 + row);
  write("new", 303);
  expect(await makeIndex(peerFiles, files)).toMatchObject({ readded: 1 });
  await replica.reload();
  expect(await first(0, 205, 209, 10, 29, 303)).toEqual(["r0", "r5", "r9", "r10", "r29", "new"]);
  expect(await replica.selfRetrieval(31, 1)).toMatchObject({ share: 1, checked: 27, differing: [] });
  expect(readManifest(files).changes).toBeUndefined();
  await peer.close();
});

it("makes no index where nothing is left to make it of", async () => {
  for (let row = 0; row < ROWS; row++) write(`r${row}`, null);
  await expect(rebuildIndex(files)).rejects.toThrow("holds no records");
});

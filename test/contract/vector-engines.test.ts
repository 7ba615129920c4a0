// What every vector engine has to do for a replica: one suite over the table of engines, on real files, real libraries
// and Chroma's real server.
import { existsSync } from "node:fs";
import { cp, mkdtemp, open, readdir, rm, stat, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { floats } from "../../targets/reference-ai-stack/embedder/cache.ts";
import { copyIndex, hashIndex } from "../../targets/reference-ai-stack/vector/engines/generation.ts";
import type { VectorEngine } from "../../targets/reference-ai-stack/vector/engines/engine.ts";
import { VECTOR_ENGINES } from "../../targets/reference-ai-stack/vector/engines/names.ts";
import { openChecked } from "../../targets/reference-ai-stack/vector/engines/open-checked.ts";
import { rowsFrom, type RowLayout } from "../../targets/reference-ai-stack/vector/engines/row-layout.ts";
import { engines } from "../../targets/reference-ai-stack/vector/engines/table.ts";
import { makeIndex } from "../../targets/reference-ai-stack/supervisor/restore/make-index.ts";
import { filesIn, type IndexFiles } from "../../targets/reference-ai-stack/vector/layout.ts";
import { openRecords } from "../../targets/reference-ai-stack/vector/record-store.ts";
import { openReplica, type VectorReplica } from "../../targets/reference-ai-stack/vector/replica.ts";
import { buildIndexFolder, readManifest } from "../../targets/reference-ai-stack/vector/snapshot.ts";
import { isInstalled } from "../support/vector-engines.ts";

/** Rows of one chunk of sqlite-vec. */
const CHUNK = 1024;
/** More than one chunk. */
const ROWS = 1100;
const DIMENSIONS = 512;
const ROW_BYTES = 4 * DIMENSIONS;
const HITS = 10;

let dir: string;
let files: IndexFiles;
let replica: VectorReplica | undefined;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "vector-engines-"));
});
afterEach(async () => {
  await replica?.close();
  replica = undefined;
  await rm(dir, { recursive: true, force: true });
});

/** Unit vectors with neighbours at all distances: a row is a turn of a few slow waves. */
function vectorOf(row: number): Float32Array {
  const raw = Array.from({ length: DIMENSIONS }, (_, i) => Math.sin(row * 0.37 * ((i % 7) + 1) + i * i * 0.011));
  const length = Math.hypot(...raw);
  return Float32Array.from(raw, (part) => part / length);
}

const record = (row: number) => ({ id: `r${row}`, title: "", text: `text ${row}`, vector: vectorOf(row) });

async function ids(vector: Float32Array): Promise<readonly string[]> {
  return (await replica?.search(vector, HITS))?.map(({ id }) => id) ?? [];
}

/** Overwrites the vectors of these records where the manifest says that rows lie. */
async function overwrite({ index, manifest }: IndexFiles, rows: readonly number[], byte: number): Promise<void> {
  const { rowsIn } = readManifest({ manifest } as IndexFiles);
  const { file, layout } = rowsIn ?? { file: "", layout: { offset: 8, rowBytes: ROW_BYTES, rows: ROWS } };
  const held = await rowsFrom(join(index, file), layout);
  const handle = await open(join(index, file), "r+");
  for (const row of rows) {
    const wanted = vectorOf(row);
    const at = held.findIndex((bytes) => floats(bytes).every((part, i) => Math.abs(part - (wanted[i] ?? 0)) < 1e-5));
    expect(at).toBeGreaterThanOrEqual(0);
    for (const [place, bytes] of stretchesOf(layout, at))
      await handle.write(Buffer.alloc(bytes, byte), 0, bytes, place);
  }
  await handle.close();
}

/** Where one row lies: `[first byte, bytes]`. */
function stretchesOf({ offset, rows, pieces }: RowLayout, row: number): readonly (readonly [number, number])[] {
  const found: (readonly [number, number])[] = [];
  const [first, behind] = [row * ROW_BYTES, (row + 1) * ROW_BYTES];
  let from = 0;
  for (const { at, bytes, every, count } of pieces ?? [
    { at: offset, bytes: ROW_BYTES, every: ROW_BYTES, count: rows },
  ]) {
    for (let n = 0; n < count; n++, from += bytes) {
      const [low, high] = [Math.max(first, from), Math.min(behind, from + bytes)];
      if (low < high) found.push([at + n * every + low - from, high - low]);
    }
  }
  return found;
}

describe.each(VECTOR_ENGINES.filter(isInstalled))("%s", (name) => {
  let engine: VectorEngine;
  let built: IndexFiles;
  beforeAll(async () => {
    engine = await engines[name].load();
    built = filesIn(await mkdtemp(join(tmpdir(), "vector-engines-built-")), name);
    const records = Array.from({ length: ROWS }, (_, row) => record(row));
    await buildIndexFolder(built, "corpus", records, engine);
  });
  afterAll(() => rm(built.dir, { recursive: true, force: true }));
  const folder = async (of: string): Promise<IndexFiles> => {
    await cp(built.dir, join(dir, of), { recursive: true });
    return filesIn(join(dir, of), name);
  };
  const openIt = async (): Promise<VectorReplica> => {
    replica = await openReplica(files, engine);
    return replica;
  };

  it("builds, counts, finds every row first, agrees with exact search and gives the vectors back", async () => {
    files = await folder("vector-1");
    const records = openRecords(files.records);
    const { index } = await openChecked(engine, files);
    expect(index.rows).toBe(ROWS);
    let right = 0;
    for (let row = 0; row < ROWS; row += 11) {
      const found = await index.search(vectorOf(row), HITS);
      expect(found[0]?.row).toBe(row);
      expect(found[0]?.score).toBeCloseTo(1, 4);
      const exact = new Set(records.searchExact(vectorOf(row), HITS).map((hit) => hit.row));
      right += found.filter((hit) => exact.has(hit.row)).length;
      const [back, was] = [(await index.vectorOf(row)) ?? new Float32Array(), vectorOf(row)];
      expect(Math.max(...back.map((part, i) => Math.abs(part - (was[i] ?? 0))))).toBeLessThan(1e-5);
    }
    expect(right / (HITS * (ROWS / 11))).toBeGreaterThanOrEqual(0.97);
    expect(await index.vectorOf(ROWS + 5)).toBeUndefined();
    await index.close();
    records.close();
  });

  it("changes nothing of its generation while it is used, so that its hash stays the manifest's", async () => {
    files = await folder("vector-1");
    await openIt();
    const before = await readdir(dir, { recursive: true });
    for (const row of [1, 2, 3]) await ids(vectorOf(row));
    await replica?.selfRetrieval(50, 1);
    expect(await replica?.manifest(true)).toMatchObject({ indexHash: readManifest(files).indexHash, rows: ROWS });
    await replica?.close();
    expect(await hashIndex(files.index)).toBe(readManifest(files).indexHash);
    await openIt();
    expect(await hashIndex(files.index)).toBe(readManifest(files).indexHash);
    expect((await readdir(dir, { recursive: true })).length).toBe(before.length);
  });

  it("keeps its rows where the manifest says, and loses those that are overwritten there", async () => {
    files = await folder("vector-1");
    const { rowsIn } = readManifest(files);
    if (rowsIn !== undefined) expect(await rowsFrom(join(files.index, rowsIn.file), rowsIn.layout)).toHaveLength(ROWS);
    const harmed = [1, 2, 500, 1023, 1025, ROWS - 1];
    await openIt();
    await overwrite(files, harmed, 0);
    expect((await replica?.manifest(true))?.indexHash).not.toBe(readManifest(files).indexHash);
    if (engine.reads === "at-load") {
      expect((await ids(vectorOf(500)))[0]).toBe("r500");
      await replica?.reload();
    }
    for (const row of harmed) expect((await ids(vectorOf(row)))[0], `row ${row}`).not.toBe(`r${row}`);
    for (const row of [3, 499, 501, 1022, 1026]) expect((await ids(vectorOf(row)))[0], `row ${row}`).toBe(`r${row}`);
  });

  it("loses no other row with the first of a chunk, but for sqlite-vec, where it hides all that it comes before", async () => {
    files = await folder("vector-1");
    await openIt();
    const lostOf = async (rows: readonly number[]): Promise<readonly number[]> => {
      const found = await Promise.all(rows.map(async (row) => (await ids(vectorOf(row)))[0]));
      return rows.filter((row, at) => found[at] !== `r${row}`);
    };
    const others = [1, 500, CHUNK - 1, CHUNK + 1, ROWS - 1];
    await overwrite(files, [0], 0);
    if (engine.reads === "at-load") await replica?.reload();
    // Zeros have no cosine.
    expect(await lostOf([0, ...others])).toEqual(name === "sqlite-vec" ? [0, 1, 500, CHUNK - 1] : [0]);
    await overwrite(files, [CHUNK], 0);
    if (engine.reads === "at-load") await replica?.reload();
    const hits = await ids(vectorOf(ROWS - 1));
    expect([hits[0], hits.length]).toEqual([`r${ROWS - 1}`, name === "sqlite-vec" ? HITS - 1 : HITS]);
  });

  it("bears rows that are no numbers", async () => {
    files = await folder("vector-1");
    await overwrite(
      files,
      Array.from({ length: 600 }, (_, n) => n),
      0xff,
    );
    await openIt();
    for (const row of [10, 50, 900]) {
      const hits = (await replica?.search(vectorOf(row), HITS)) ?? [];
      expect(hits.filter(({ score }) => !Number.isFinite(score))).toEqual([]);
    }
  });

  it("never sees a file that is cut: the replica refuses it, and goes on with the index that it has", async () => {
    files = await folder("vector-1");
    await openIt();
    const [cut] = (await stat(files.index)).isDirectory()
      ? (await readdir(files.index, { recursive: true })).filter((file) => file.endsWith("data_level0.bin"))
      : [""];
    const path = join(files.index, cut ?? "");
    const whole = (await stat(path)).size;
    const copy = `${files.index}.copy`;
    await copyIndex(files.index, copy);
    await truncate(join(copy, cut ?? ""), whole - 5000);
    await rm(files.index, { recursive: true });
    await copyIndex(copy, files.index);
    await expect(replica?.reload()).rejects.toThrow(`is cut short: ${whole - 5000} bytes, written were ${whole}`);
    expect((await ids(vectorOf(7)))[0]).toBe("r7");
    await expect(openReplica(files, engine)).rejects.toThrow("index refused: ");
  });

  it("is asked on a copy first when its index is not what was written, while searches go on", async () => {
    files = await folder("vector-1");
    await openIt();
    // What tells the engine what it opens: noise there is no index any more, and keeps its length.
    const entries = (await stat(files.index)).isDirectory() ? "chroma.sqlite3" : "";
    const copy = `${files.index}.copy`;
    await copyIndex(files.index, copy);
    const handle = await open(join(copy, entries), "r+");
    await handle.write(Buffer.alloc(4096, 0x5a), 0, 4096, 0);
    await handle.close();
    await rm(files.index, { recursive: true });
    await copyIndex(copy, files.index);
    const refused = expect(replica?.reload()).rejects.toThrow(`index refused: ${name} did not survive a copy of it`);
    const over = refused.then(() => "over");
    let answered = 0;
    while ((await Promise.race([over, setImmediate("going on")])) === "going on") {
      expect((await ids(vectorOf(answered % ROWS)))[0]).toBe(`r${answered % ROWS}`);
      answered += 1;
    }
    await refused;
    expect(answered).toBeGreaterThan(0);
    expect((await ids(vectorOf(7)))[0]).toBe("r7");
    expect((await readdir(files.dir)).filter((entry) => entry.includes("trial"))).toEqual([]);
  });

  it("is restored from a good copy with what was written since, and takes it up by a reload", async () => {
    const snapshot = await folder("snapshot");
    files = await folder("vector-1");
    await openIt();
    for (const row of [ROWS, ROWS + 1, ROWS + 2]) replica?.add(record(row));
    await overwrite(
      files,
      Array.from({ length: 600 }, (_, n) => n),
      0,
    );
    expect(await makeIndex(snapshot, files, engine)).toMatchObject({ rows: ROWS + 3, readded: 3 });
    expect(await replica?.reload()).toMatchObject({ rows: ROWS + 3 });
    for (const row of [0, 59, 60, 900, ROWS, ROWS + 1, ROWS + 2]) expect((await ids(vectorOf(row)))[0]).toBe(`r${row}`);
    expect(await replica?.manifest(true)).toMatchObject({ indexHash: readManifest(files).indexHash });
    const { index } = await openChecked(engine, files);
    expect(index.rows).toBe(ROWS + 3);
    expect((await index.search(vectorOf(ROWS + 1), 1))[0]?.row).toBe(ROWS + 1);
    await index.close();
    expect((await readdir(files.dir)).toSorted().filter((entry) => !entry.includes("served"))).toEqual(
      (await readdir(snapshot.dir)).toSorted(),
    );
  });
});

it("knows the engines that are missing by what to run", () => {
  for (const name of VECTOR_ENGINES) {
    const why = engines[name].whyMissing();
    if (why !== null) expect(why).toContain(`bash targets/reference-ai-stack/vector/engines/${name}/install.sh`);
  }
  expect(
    existsSync(join(import.meta.dirname, "../../targets/reference-ai-stack/vector/engines/chroma/install.sh")),
  ).toBe(true);
});

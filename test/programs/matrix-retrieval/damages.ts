// Silent damage to an index, as the faults do it, and what remedies and writes bring: what is written into the files of
// one replica, whichever engine it searches with.
import { open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { damageFrom, isOfGraph, pagesOf, savedBytes, type RowDamage } from "../../../src/faults/parts/rows.ts";
import { chooseRows } from "../../../src/faults/parts/row-damage.ts";
import { manifestBefore } from "../../../src/faults/parts/manifest-before.ts";
import { firstRows } from "../../../src/faults/parts/usearch-first-rows.ts";
import { byInnerProduct } from "../../../src/faults/parts/usearch-metric.ts";
import type { Lying } from "../../../src/faults/parts/graph.ts";
import { graphModes } from "../../../src/faults/parts/index-graph.ts";
import type { OpenFile } from "../../../src/core/file-damage.ts";
import type { VectorEngine } from "../../../targets/reference-ai-stack/vector/engines/engine.ts";
import { describeIndex, hashIndex } from "../../../targets/reference-ai-stack/vector/engines/generation.ts";
import type { VectorEngineName } from "../../../targets/reference-ai-stack/vector/engines/names.ts";
import type { RowsInFile } from "../../../targets/reference-ai-stack/vector/engines/row-layout.ts";
import { PAYLOAD_OFFSET, ROW_BYTES, type IndexFiles } from "../../../targets/reference-ai-stack/vector/layout.ts";
import { openRecords, readVectorsFrom } from "../../../targets/reference-ai-stack/vector/record-store.ts";
import { buildIndexFolder, readManifest } from "../../../targets/reference-ai-stack/vector/snapshot.ts";

export interface Damage {
  readonly name: string;
  /** The fault that does it; absent: what a remedy that lies, or a write that went wrong, leaves behind. */
  readonly fault?: string;
  /** What is in the way where rows lie in pieces; absent: nothing is. */
  readonly inTheWay?: string;
  /** The one engine that it can be done to; absent: all. */
  readonly only?: { readonly engine: VectorEngineName; readonly because: string };
  /** Done to the files of a replica before it is opened. */
  readonly to: (files: IndexFiles, engine: VectorEngine) => Promise<void>;
}

const SEED = 11;

/** What this program does to rows in one piece alone. */
const inTheWay: { readonly [mode in RowDamage["mode"]]?: string } = {
  pages: "pages of the file hold other things as well",
  ...Object.fromEntries(graphModes.map((mode) => [mode, "no graph of usearch follows them"])),
};

interface OfRows {
  readonly mode: RowDamage["mode"];
  readonly share: number;
  /** Of mode stride. */
  readonly short?: number;
}

/** Why an engine cannot be given a damage through its own files, in words; null: it can. */
export function whyNot(damage: Damage, files: IndexFiles): string | null {
  const { engine = "usearch" } = readManifest(files);
  if (damage.only !== undefined && damage.only.engine !== engine) return damage.only.because;
  if (rowsIn(files).layout.pieces === undefined) return null;
  return damage.inTheWay === undefined ? null : `its rows lie in pieces, and ${damage.inTheWay}`;
}

function rowsIn(files: IndexFiles): RowsInFile {
  const { rows, rowsIn: where } = readManifest(files);
  return where ?? { file: "", layout: { offset: PAYLOAD_OFFSET, rowBytes: ROW_BYTES, rows } };
}

function damageOf(path: string, { layout }: RowsInFile, { mode, share, ...rest }: OfRows): RowDamage {
  const { rows, ...lying } = layout;
  const { offset, rowBytes } = lying;
  const of = { path, mode, seed: SEED, ...lying, ...rest };
  const last = Math.round(share * rows);
  if (mode === "shift") return { ...of, runs: [[rows - last, last]] };
  if (mode === "pages") return { ...of, offset: 0, rowBytes: 1, runs: pagesOf(layout, share, SEED) };
  const graph = { offset: offset + rows * rowBytes, rowBytes: 1, runs: [], share };
  if (isOfGraph(mode)) return { ...of, ...graph };
  return { ...of, runs: chooseRows(rows, share, SEED) };
}

/** Writes what the fault writes. */
async function strike(files: IndexFiles, of: OfRows): Promise<void> {
  const where = rowsIn(files);
  const path = join(files.index, where.file);
  const bytes = await readFile(path);
  const inMemory: OpenFile = {
    id: undefined,
    size: () => bytes.length,
    read: (at, length) => bytes.subarray(at, at + length),
    write: () => undefined,
    cut: () => undefined,
  };
  const damage = damageOf(path, where, of);
  const file = await open(path, "r+");
  for (const { at, damaged } of damageFrom(damage, savedBytes(inMemory, damage, undefined), {}).pieces) {
    await file.write(damaged, 0, damaged.length, at);
  }
  await file.close();
}

async function haveManifestFit(files: IndexFiles): Promise<void> {
  const manifest = { ...readManifest(files), indexHash: await hashIndex(files.index) };
  await writeFile(files.manifest, JSON.stringify(manifest));
}

/** An index without its newest hundredth, under a manifest that says that it holds all of them. */
async function lacksNewest(files: IndexFiles, engine: VectorEngine): Promise<void> {
  const all = readVectorsFrom(files.records, 0);
  const vectors = [...all.values()].slice(0, -Math.ceil(all.size / 100));
  const index = `${files.index}.older`;
  await engine.build(vectors, index);
  const described = await describeIndex(engine, index, vectors.length, () => all);
  const manifest = readManifest(files);
  await rm(files.index, { recursive: true });
  await rename(index, files.index);
  await writeFile(files.manifest, JSON.stringify({ ...manifest, ...described, rows: manifest.rows }));
}

/** The index of now under the manifest of before: its newest hundredth lies in the file, and in the tail as well. */
async function readsOldManifest(files: IndexFiles): Promise<void> {
  const { rows, indexHash: hash } = readManifest(files);
  const now = { hash, rows, left: rows - Math.ceil(rows / 100) };
  await writeFile(files.manifest, manifestBefore(await readFile(files.manifest), now));
}

/** Written to one replica otherwise than to its peer: a hundredth of the documents have another text and vector. */
async function storesOtherwise(files: IndexFiles, engine: VectorEngine): Promise<void> {
  const store = openRecords(files.records);
  const records = Array.from({ length: store.count() }, (_, row) => {
    const { id, title, text } = store.textOf(store.idOf(row) ?? "") ?? { id: `r${row}`, title: "", text: "" };
    const vector = store.vectorOf(row);
    return row % 100 === 0 ? { id, title, text: "other", vector: vector.toReversed() } : { id, title, text, vector };
  });
  store.close();
  await rm(files.dir, { recursive: true });
  await buildIndexFolder(files, "corpus", records, engine);
}

/** Another file, under a manifest whose hash and length are those of it, and its count is not. */
async function replaced(files: IndexFiles, make: (file: Uint8Array, lying: Lying) => Uint8Array): Promise<void> {
  const { offset, rowBytes, rows } = rowsIn(files).layout;
  const made = make(await readFile(files.index), { offset, rowBytes, rows });
  await writeFile(files.index, made);
  const manifest = { ...readManifest(files), indexHash: await hashIndex(files.index), indexBytes: made.length };
  await writeFile(files.manifest, JSON.stringify(manifest));
}

/**
 * sqlite-vec reads a row back from the place that one table says, and searches by the numbers that another has beside
 * the vectors. Rows change places in the first: what is searched stays whole.
 */
async function readsBackOthers(files: IndexFiles, share: number): Promise<void> {
  const rows = chooseRows(rowsIn(files).layout.rows, share, SEED).flatMap(([first, count]) =>
    Array.from({ length: count }, (_, n) => first + n),
  );
  const db = new DatabaseSync(files.index);
  try {
    const read = db.prepare("SELECT chunk_id, chunk_offset FROM vectors_rowids WHERE rowid = ?");
    const places = rows.map((row) => read.get(row) as { chunk_id: number; chunk_offset: number });
    const write = db.prepare("UPDATE vectors_rowids SET chunk_id = ?, chunk_offset = ? WHERE rowid = ?");
    rows.forEach((row, at) => {
      const { chunk_id: chunk, chunk_offset: offset } = places[(at + 1) % rows.length] ?? places[0] ?? raise(row);
      write.run(chunk, offset, row);
    });
  } finally {
    db.close();
  }
  await haveManifestFit(files);
}

function raise(row: number): never {
  throw new Error(`sqlite-vec has no place for row ${row}`);
}

function rowsOf(mode: OfRows["mode"], share: number, words: string): Damage {
  const of = { name: words, fault: `index.corruption ${mode}`, ...inTheWayOf(mode) };
  return { ...of, to: (files) => strike(files, { mode, share }) };
}

function inTheWayOf(mode: OfRows["mode"]): Pick<Damage, "inTheWay"> {
  const why = inTheWay[mode];
  return why === undefined ? {} : { inTheWay: why };
}

/** What a fault does besides to the manifest. */
function covered(fault: string, of: OfRows, name: string): Damage {
  const to = async (files: IndexFiles): Promise<void> => {
    await strike(files, of);
    await haveManifestFit(files);
  };
  return { name, fault, ...inTheWayOf(of.mode), to };
}

export const DAMAGES: readonly Damage[] = [
  { name: "none", to: async () => undefined },
  rowsOf("zero", 0.01, "1 % of rows zeroed"),
  rowsOf("zero", 0.05, "5 % of rows zeroed"),
  rowsOf("zero", 0.6, "60 % of rows zeroed"),
  rowsOf("pages", 0.05, "5 % of pages zeroed"),
  rowsOf("replace", 0.05, "5 % of rows replaced by each other"),
  rowsOf("replace", 0.6, "60 % of rows replaced by each other"),
  rowsOf("shift", 0.6, "60 % of rows shifted by one"),
  rowsOf("links", 0.05, "links lead past 5 % of rows"),
  rowsOf("links", 0.6, "links lead past 60 % of rows"),
  covered("index.older-generation", { mode: "turn", share: 1 }, "older generation, its manifest fits"),
  covered(
    "index.wrong-dimension",
    { mode: "stride", share: 1, short: 128 },
    "rows cut at 384 of 512, its manifest fits",
  ),
  covered("index.torn-pair", { mode: "keys", share: 1 }, "names of another build, its manifest fits"),
  covered("index.diverged", { mode: "replace", share: 0.01 }, "1 % of rows hold others' vectors, its manifest fits"),
  covered(
    "index.ghost-rows",
    { mode: "ghosts", share: 0.05 },
    "5 % of rows go by numbers of deleted ones, its manifest fits",
  ),
  covered("index.degenerate-build", { mode: "bare", share: 1 }, "no row has a link, its manifest fits"),
  {
    name: "two rows are left, its manifest names all",
    fault: "index.nearly-empty",
    ...inTheWayOf("bare"),
    to: (files) => replaced(files, (file, lying) => firstRows(file, lying, 2)),
  },
  {
    name: "by the inner product, lengths differ by 2, its manifest fits",
    fault: "index.wrong-metric",
    ...inTheWayOf("bare"),
    to: (files) => replaced(files, (file, lying) => byInnerProduct(file, lying, { times: 2, seed: SEED })),
  },
  {
    name: "5 % of rows are read back as each other and searched as they were, its manifest fits",
    only: { engine: "sqlite-vec", because: "it reads a row back from where it searches it" },
    to: (files) => readsBackOthers(files, 0.05),
  },
  { name: "newest 1 % of rows not in the index, its manifest says they are", to: lacksNewest },
  {
    name: "newest 1 % of rows in the index, its manifest is the one of before",
    fault: "index.old-manifest",
    to: readsOldManifest,
  },
  { name: "1 % of documents say something else than at its peer, records and index alike", to: storesOtherwise },
];

// What the faults write into the files of one replica, whichever engine it searches with.
import { open, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  damageFrom,
  damageOfGraph,
  isOfGraph,
  lyingOf,
  pagesOf,
  savedBytes,
  type RowDamage,
} from "../../../src/faults/parts/rows.ts";
import { chooseRows } from "../../../src/faults/parts/row-damage.ts";
import type { Lying } from "../../../src/faults/parts/graph.ts";
import type { OpenFile } from "../../../src/core/file-damage.ts";
import type { PublishedFile } from "../../../src/records/inventory.ts";
import { hashIndex } from "../../../targets/reference-ai-stack/vector/engines/generation.ts";
import type { RowsInFile } from "../../../targets/reference-ai-stack/vector/engines/row-layout.ts";
import { PAYLOAD_OFFSET, ROW_BYTES, type IndexFiles } from "../../../targets/reference-ai-stack/vector/layout.ts";
import { readManifest } from "../../../targets/reference-ai-stack/vector/snapshot.ts";

/** Of all that is left to chance. */
export const SEED = 11;

export interface OfRows {
  readonly mode: RowDamage["mode"];
  readonly share: number;
  /** Of mode stride. */
  readonly short?: number;
}

export function rowsIn(files: IndexFiles): RowsInFile {
  const { rows, rowsIn: where } = readManifest(files);
  return where ?? { file: "", layout: { offset: PAYLOAD_OFFSET, rowBytes: ROW_BYTES, rows } };
}

/** The file as a replica publishes it. */
export function publishedIn(files: IndexFiles): PublishedFile {
  const { engine = "usearch" } = readManifest(files);
  const { file, layout: payload } = rowsIn(files);
  return { role: "index", path: join(files.index, file), format: engine, payload };
}

function damageOf(files: IndexFiles, { mode, share, ...rest }: OfRows): RowDamage {
  const published = publishedIn(files);
  if (isOfGraph(mode)) return damageOfGraph(published, { mode, share, seed: SEED });
  const { path, payload: layout } = published;
  const { rows, ...lying } = layout;
  const of = { path, mode, seed: SEED, ...lying, ...rest };
  const last = Math.round(share * rows);
  if (mode === "shift") return { ...of, runs: [[rows - last, last]] };
  if (mode === "pages") return { path, mode, seed: SEED, offset: 0, rowBytes: 1, runs: pagesOf(layout, share, SEED) };
  return { ...of, runs: chooseRows(rows, share, SEED) };
}

/** Writes what the fault writes. */
export async function strike(files: IndexFiles, of: OfRows): Promise<void> {
  const damage = damageOf(files, of);
  const { path } = damage;
  const bytes = await readFile(path);
  const inMemory: OpenFile = {
    id: undefined,
    size: () => bytes.length,
    read: (at, length) => bytes.subarray(at, at + length),
    write: () => undefined,
    cut: () => undefined,
  };
  const file = await open(path, "r+");
  for (const { at, damaged } of damageFrom(damage, savedBytes(inMemory, damage, undefined), {}).pieces) {
    await file.write(damaged, 0, damaged.length, at);
  }
  await file.close();
}

export async function haveManifestFit(files: IndexFiles): Promise<void> {
  const manifest = { ...readManifest(files), indexHash: await hashIndex(files.index) };
  await writeFile(files.manifest, JSON.stringify(manifest));
}

/** Another file, under a manifest whose hash and length are those of it, and its count is not. */
export async function replaced(files: IndexFiles, make: (file: Uint8Array, lying: Lying) => Uint8Array): Promise<void> {
  const published = publishedIn(files);
  const whole = await readFile(published.path);
  const made = make(whole, lyingOf(published));
  await writeFile(published.path, made);
  const was = readManifest(files);
  const indexBytes = (was.indexBytes ?? whole.length) + made.length - whole.length;
  const manifest = { ...was, indexHash: await hashIndex(files.index), indexBytes };
  await writeFile(files.manifest, JSON.stringify(manifest));
}

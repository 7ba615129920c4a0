// Silent damage to an index, as the faults do it, and two that remedies bring: what is written into the files of one
// replica.
import { open, readFile, rename, stat, writeFile } from "node:fs/promises";
import { damageFrom, isOfGraph, pagesOf, savedBytes, type RowDamage } from "../../../src/faults/parts/rows.ts";
import { chooseRows } from "../../../src/faults/parts/row-damage.ts";
import type { OpenFile } from "../../../src/core/file-damage.ts";
import { writeIndex } from "../../../targets/reference-ai-stack/vector/index-file.ts";
import {
  hashFile,
  PAYLOAD_OFFSET,
  ROW_BYTES,
  type IndexFiles,
} from "../../../targets/reference-ai-stack/vector/layout.ts";
import { readVectorsFrom } from "../../../targets/reference-ai-stack/vector/record-store.ts";
import { readManifest } from "../../../targets/reference-ai-stack/vector/snapshot.ts";

export interface Damage {
  readonly name: string;
  /** The fault that does it; absent: what a remedy that lies leaves behind. */
  readonly fault?: string;
  /** Done to the files of a replica before it is opened. */
  readonly to: (files: IndexFiles) => Promise<void>;
}

const SEED = 11;

type OfRows = Pick<RowDamage, "mode"> & { readonly share: number };

function damageOf(path: string, rows: number, { mode, share }: OfRows): RowDamage {
  const of = { path, mode, seed: SEED, offset: PAYLOAD_OFFSET, rowBytes: ROW_BYTES };
  const payload = { offset: PAYLOAD_OFFSET, rowBytes: ROW_BYTES, rows };
  const last = Math.round(share * rows);
  if (mode === "shift") return { ...of, runs: [[rows - last, last]] };
  if (mode === "pages") return { ...of, offset: 0, rowBytes: 1, runs: pagesOf(payload, share, SEED) };
  const graph = { offset: PAYLOAD_OFFSET + rows * ROW_BYTES, rowBytes: 1, runs: [], share };
  if (isOfGraph(mode)) return { ...of, ...graph };
  return { ...of, runs: chooseRows(rows, share, SEED) };
}

/** Writes what the fault writes. */
async function strike({ index, manifest }: IndexFiles, of: OfRows): Promise<void> {
  const { rows } = JSON.parse(await readFile(manifest, "utf8")) as { rows: number };
  const bytes = await readFile(index);
  const inMemory: OpenFile = {
    id: undefined,
    size: () => bytes.length,
    read: (at, length) => bytes.subarray(at, at + length),
    write: () => undefined,
    cut: () => undefined,
  };
  const damage = damageOf(index, rows, of);
  const file = await open(index, "r+");
  for (const { at, damaged } of damageFrom(damage, savedBytes(inMemory, damage, undefined), {}).pieces) {
    await file.write(damaged, 0, damaged.length, at);
  }
  await file.close();
}

async function haveManifestFit(files: IndexFiles, rows = readManifest(files).rows): Promise<void> {
  const { size: indexBytes } = await stat(files.index);
  const manifest = { ...readManifest(files), rows, indexHash: await hashFile(files.index), indexBytes };
  await writeFile(files.manifest, JSON.stringify(manifest));
}

/** An index without its newest hundredth, under a manifest that says that it holds all of them. */
async function lacksNewest(files: IndexFiles): Promise<void> {
  const vectors = [...readVectorsFrom(files.records, 0).values()];
  writeIndex(vectors.slice(0, -Math.ceil(vectors.length / 100)), `${files.index}.older`);
  await rename(`${files.index}.older`, files.index);
  await haveManifestFit(files, vectors.length);
}

function rowsOf(mode: OfRows["mode"], share: number, words: string): Damage {
  return { name: words, fault: `index.corruption ${mode}`, to: (files) => strike(files, { mode, share }) };
}

/** What a fault does besides to the manifest. */
function covered(fault: string, of: OfRows, name: string): Damage {
  const to = async (files: IndexFiles): Promise<void> => {
    await strike(files, of);
    await haveManifestFit(files);
  };
  return { name, fault, to };
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
  covered("index.torn-pair", { mode: "keys", share: 1 }, "names of another build, its manifest fits"),
  covered(
    "index.ghost-rows",
    { mode: "ghosts", share: 0.05 },
    "5 % of rows go by numbers of deleted ones, its manifest fits",
  ),
  covered("index.degenerate-build", { mode: "bare", share: 1 }, "no row has a link, its manifest fits"),
  { name: "newest 1 % of rows not in the index, its manifest says they are", to: lacksNewest },
];

// One generation of an index on the disk, whatever its engine: which files it has, how long they are, and their hash.
// No engine changes the files of a generation, so a hash that differs from the manifest's is damage.
import { readdirSync, statSync } from "node:fs";
import { cp, copyFile, open, readdir, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { floats } from "../../embedder/cache.ts";
import { hashFile, type IndexFiles, type Manifest } from "../layout.ts";
import type { VectorEngine } from "./engine.ts";
import { rowsFrom, type RowsInFile } from "./row-layout.ts";

/** The files of an index, by their name in its folder; an index that is a file is called "". */
export async function filesOf(index: string): Promise<ReadonlyMap<string, string>> {
  if (!(await stat(index)).isDirectory()) return new Map([["", index]]);
  const entries = await readdir(index, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(paths.sort().map((path) => [relative(index, path), path]));
}

/**
 * SHA-256 of an index as it is now, hex: of the file, or of each file of a folder in the order of their names, with a
 * hyphen between them. So a manifest names every file's hash.
 */
export async function hashIndex(index: string): Promise<string> {
  const hashes: string[] = [];
  for (const path of (await filesOf(index)).values()) hashes.push(await hashFile(path));
  return hashes.join("-");
}

/**
 * By which file an index is told from another one at the same path; undefined: there is none. Of a folder by all that
 * is in it: an engine that answers from a copy has copied all of them.
 */
export function fileNumber(path: string): string | undefined {
  const number = (one: string): number | undefined => statSync(one, { throwIfNoEntry: false })?.ino;
  const own = statSync(path, { throwIfNoEntry: false });
  if (own?.isDirectory() !== true) return own && String(own.ino);
  const inside = readdirSync(path, { recursive: true, encoding: "utf8" }).sort();
  return [own.ino, ...inside.map((name) => number(join(path, name)))].join(" ");
}

/** Copies an index to where nothing is. */
export async function copyIndex(from: string, to: string): Promise<void> {
  if ((await stat(from)).isDirectory()) await cp(from, to, { recursive: true, errorOnExist: true, force: false });
  else await copyFile(from, to);
}

/** Waits until all of an index is on the disk. */
export async function syncIndex(index: string): Promise<void> {
  for (const path of (await filesOf(index)).values()) {
    const handle = await open(path, "r+");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}

/**
 * What a manifest says of an index that was just written; the engine of the default is not named. `vectors`: of its
 * rows, as the records have them.
 */
export async function describeIndex(
  engine: VectorEngine,
  index: string,
  rows: number,
  vectors: () => ReadonlyMap<number, Float32Array>,
): Promise<Pick<Manifest, "rows" | "indexHash" | "indexBytes" | "fileBytes" | "engine" | "rowsIn">> {
  const fileBytes: Record<string, number> = {};
  for (const [name, path] of await filesOf(index)) fileBytes[name] = (await stat(path)).size;
  const indexBytes = Object.values(fileBytes).reduce((sum, bytes) => sum + bytes, 0);
  const of = { rows, indexHash: await hashIndex(index), indexBytes };
  if (engine.name === "usearch") return of;
  const rowsIn = await engine.locate(index, rows);
  await refuseOtherPlaces(index, rowsIn, vectors());
  return { ...of, ...("" in fileBytes ? {} : { fileBytes }), engine: engine.name, rowsIn };
}

/**
 * Rows are published as the place for damage: rejects when something else lies at these places. Some records may have
 * been written again since; places that are wrong are so for nearly all.
 */
async function refuseOtherPlaces(
  index: string,
  { file, layout }: RowsInFile,
  vectors: ReadonlyMap<number, Float32Array>,
): Promise<void> {
  const path = join(index, file);
  const known = new Set([...vectors.values()].map(keyOf));
  const found = await rowsFrom(path, layout);
  const agree = found.filter((bytes) => known.has(keyOf(floats(bytes))));
  if (2 * agree.length > found.length) return;
  throw new Error(`${path} holds other things where ${found.length} rows were expected; ${agree.length} are vectors`);
}

/** Enough of a vector's direction to know it again: an engine may have scaled it to length 1. */
function keyOf(vector: Float32Array): string {
  const length = Math.hypot(...vector);
  return Array.from(vector.subarray(0, 8), (part) => Math.round((1e4 * part) / length)).join(" ");
}

/** Rejects an index with a file that is missing, or shorter than it was written, before its engine sees it. */
export async function refuseCut({ index }: IndexFiles, manifest: Manifest): Promise<void> {
  const files = await filesOf(index);
  for (const [name, written] of Object.entries(manifest.fileBytes ?? { "": manifest.indexBytes ?? 0 })) {
    const path = files.get(name);
    if (path === undefined) throw new Error(`${join(index, name)} is missing`);
    const { size } = await stat(path);
    if (size < written) throw new Error(`${path} is cut short: ${size} bytes, written were ${written}`);
  }
}

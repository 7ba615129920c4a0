// The snapshot: the index and the record store as built from the corpus, below the cache folder, under the hash of all
// they depend on. Replicas start from a copy of it, and it is what a damaged index is restored from.
import { createHash, randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { messageOf } from "../common/log.ts";
import { DIMENSIONS, MODEL_ID } from "../embedder/cache.ts";
import type { EngineIndex, VectorEngine } from "./engines/engine.ts";
import { describeIndex } from "./engines/generation.ts";
import type { VectorEngineName } from "./engines/names.ts";
import { usearch } from "./engines/usearch.ts";
import { INDEX_PARAMETERS } from "./index-file.ts";
import { filesIn, hashFile, type IndexFiles, type Manifest } from "./layout.ts";
import { type StoredRecord, writeRecords } from "./record-store.ts";

/** Raise it when the files of a snapshot change their form. */
const SNAPSHOT_VERSION = 2;
const SEARCHED_AT_ONCE = 100;

/** Which snapshot is the current one; `<cacheDir>/current.json`, written last. */
export interface CurrentSnapshot {
  readonly key: string;
  readonly files: IndexFiles;
  readonly manifest: Manifest;
}

/** The key of the snapshot for a corpus: equal key, equal content. Hex. */
export function snapshotKey(corpusHash: string): string {
  const parts = { version: SNAPSHOT_VERSION, corpusHash, model: MODEL_ID, dimension: DIMENSIONS, ...INDEX_PARAMETERS };
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

/** The folder of a snapshot: `<cacheDir>/snapshots/<first 16 digits of the key>/`. */
function snapshotFiles(cacheDir: string, key: string): IndexFiles {
  return filesIn(join(cacheDir, "snapshots", key.slice(0, 16)));
}

/** The snapshot that `prepare` made last. Throws, saying what to run, when there is none. */
export function currentSnapshot(cacheDir: string): CurrentSnapshot {
  const pointer = join(cacheDir, "current.json");
  if (!existsSync(pointer))
    throw new Error(`no index snapshot below ${cacheDir}; run the target's prepare command first`);
  const { key } = JSON.parse(readFileSync(pointer, "utf8")) as { key: string };
  const files = snapshotFiles(cacheDir, key);
  return { key, files, manifest: readManifest(files) };
}

/** Where the snapshot of an engine lies, which is made from this one. */
export function snapshotOf({ files }: CurrentSnapshot, engine: VectorEngineName): IndexFiles {
  return engine === "usearch" ? files : filesIn(`${files.dir}-${engine}`, engine);
}

/** The manifest beside an index. Throws when it is missing, or is none. */
export function readManifest({ manifest: file }: IndexFiles): Manifest {
  const text = readFileSync(file, "utf8");
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    throw new Error(`${file} is torn: its ${text.length} characters are no JSON`);
  }
  const { indexHash, rows } = (said ?? {}) as Partial<Manifest>;
  if (typeof indexHash === "string" && typeof rows === "number") return said as Manifest;
  throw new Error(`${file} is no manifest: it names no indexHash, or no rows`);
}

/** The manifest beside an index, or why it cannot be read. */
export function findManifest(files: IndexFiles): { readonly manifest: Manifest } | { readonly reason: string } {
  try {
    return { manifest: readManifest(files) };
  } catch (error) {
    return { reason: messageOf(error) };
  }
}

/** What an index is made of: vectors mean something only beside those that were made of the same. */
export type MadeOf = Pick<Manifest, "model" | "dimension" | "metric" | "corpusHash" | "engine">;

/**
 * The same of all indices of a stack, as its snapshot says it: for an index whose own manifest is lost. Throws when
 * there is no snapshot.
 */
export function madeOfSnapshot(cacheDir: string, engine: VectorEngineName): MadeOf {
  const { model, dimension, metric, corpusHash } = currentSnapshot(cacheDir).manifest;
  return { model, dimension, metric, corpusHash, ...(engine !== "usearch" && { engine }) };
}

/** Whether the snapshot is there and its index still has the bytes it was written with. */
export async function isSnapshotWhole(cacheDir: string, key: string): Promise<boolean> {
  const files = snapshotFiles(cacheDir, key);
  try {
    const manifest = JSON.parse(await readFile(files.manifest, "utf8")) as Manifest;
    return existsSync(files.records) && (await hashFile(files.index)) === manifest.indexHash;
  } catch {
    return false;
  }
}

/**
 * Builds the snapshot in a folder of its own and moves it into place, so that a crash leaves no half snapshot and of
 * two builders the first one wins. Throws when a row does not find itself in the fresh index.
 */
export async function buildSnapshot(
  cacheDir: string,
  corpusHash: string,
  records: readonly StoredRecord[],
): Promise<IndexFiles> {
  const target = snapshotFiles(cacheDir, snapshotKey(corpusHash));
  const building = filesIn(`${target.dir}.building-${randomUUID()}`);
  try {
    await buildIndexFolder(building, corpusHash, records);
    try {
      await rename(building.dir, target.dir);
    } catch {
      // Something is there already: another builder's snapshot, which is as good, or a damaged one, which makes room.
      if (await isSnapshotWhole(cacheDir, snapshotKey(corpusHash))) return target;
      await rm(target.dir, { recursive: true, force: true });
      await rename(building.dir, target.dir);
    }
    return target;
  } finally {
    await rm(building.dir, { recursive: true, force: true });
  }
}

/** Writes index, record store and manifest into a new folder and checks that every row finds itself. */
export async function buildIndexFolder(
  files: IndexFiles,
  corpusHash: string,
  records: readonly StoredRecord[],
  engine: VectorEngine = usearch,
): Promise<void> {
  await mkdir(files.dir, { recursive: true });
  writeRecords(files.records, records);
  const of = { model: MODEL_ID, dimension: DIMENSIONS, metric: "cos", corpusHash } as const;
  await buildIndex(engine, files, of, new Map(records.map(({ vector }, row) => [row, vector])));
}

/** Builds the index of all rows, checks that every row finds itself, and writes the manifest. */
export async function buildIndex(
  engine: VectorEngine,
  files: IndexFiles,
  of: Omit<MadeOf, "engine">,
  vectors: ReadonlyMap<number, Float32Array>,
): Promise<void> {
  await engine.build([...vectors.values()], files.index);
  const index = await engine.open(files.index);
  let lost: readonly number[];
  try {
    lost = await rowsNotFound(index, vectors);
  } finally {
    await index.close();
  }
  if (lost.length > 0) throw new Error(`${lost.length} rows do not find themselves, such as ${lost[0]}`);
  const { model, dimension, metric, corpusHash } = of;
  const { rows, ...written } = await describeIndex(engine, files.index, vectors.size, () => vectors);
  const manifest: Manifest = { model, dimension, metric, rows, corpusHash, ...written };
  await writeDurably(files.manifest, `${JSON.stringify(manifest, null, 2)}\n`);
}

/**
 * Rows that a search with their own vector does not find first; many at a time, for engines that answer many at once.
 */
async function rowsNotFound(
  index: EngineIndex,
  vectors: ReadonlyMap<number, Float32Array>,
): Promise<readonly number[]> {
  const rows = [...vectors];
  const lost: number[] = [];
  for (let from = 0; from < rows.length; from += SEARCHED_AT_ONCE) {
    const some = rows.slice(from, from + SEARCHED_AT_ONCE);
    const found = await Promise.all(some.map(([, vector]) => index.search(vector, 1)));
    some.forEach(([row], at) => found[at]?.[0]?.row === row || lost.push(row));
  }
  return lost;
}

/** Points `current.json` at a snapshot. */
export async function setCurrentSnapshot(cacheDir: string, key: string): Promise<void> {
  await writeDurably(join(cacheDir, "current.json"), `${JSON.stringify({ key })}\n`);
}

/** Writes beside the file, syncs and renames: a reader sees the old content or the new one, never a part. */
export async function writeDurably(file: string, content: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const fresh = `${file}.${randomUUID()}`;
  await writeFile(fresh, content);
  await syncFile(fresh);
  await rename(fresh, file);
}

/** Waits until a file's content is on disk. */
export async function syncFile(file: string): Promise<void> {
  const handle = await open(file, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

// Where the files of a vector replica lie and how an index file is laid out: shared by the replica, the snapshot
// builder and whoever repairs from outside.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { DIMENSIONS } from "../embedder/cache.ts";
import { INDEX_NAMES, type VectorEngineName } from "./engines/names.ts";
import type { RowsInFile } from "./engines/row-layout.ts";

const RECORDS_FILE = "records.db";
const MANIFEST_FILE = "manifest.json";

/**
 * In a usearch file the vectors lie first: two 32-bit counts (rows, bytes per row), then the rows one after another,
 * then the graph.
 */
export const PAYLOAD_OFFSET = 8;
/** Bytes of one stored vector: 512 dimensions of 4 bytes. */
export const ROW_BYTES = DIMENSIONS * 4;

/** What one replica has on the disk, or the snapshot; the index of some engines is a folder. */
export interface IndexFiles {
  readonly dir: string;
  readonly index: string;
  readonly records: string;
  readonly manifest: string;
}

/** The files in a folder that holds an index. */
export function filesIn(dir: string, engine: VectorEngineName = "usearch"): IndexFiles {
  const index = join(dir, INDEX_NAMES[engine]);
  return { dir, index, records: join(dir, RECORDS_FILE), manifest: join(dir, MANIFEST_FILE) };
}

/** The files that the replica keeps below the data folder. */
export function replicaFiles(dataDir: string, replica: string, engine?: VectorEngineName): IndexFiles {
  return filesIn(join(dataDir, replica), engine);
}

/** What was true of the index when it was written. */
export interface Manifest {
  readonly model: string;
  readonly dimension: number;
  readonly metric: "cos";
  /** The index is behind the record store from this row on. */
  readonly rows: number;
  /** Rows below that which it does not hold, in their order: they were removed when it was made; absent: none. */
  readonly without?: readonly number[];
  /**
   * The last change of a row that it took up, by the record store beside it. What was written again after that lies in
   * it as it was before; absent: all that was ever written again.
   */
  readonly changes?: number;
  /** Hash of the sources that the passages were cut from. */
  readonly corpusHash: string;
  /** SHA-256 of the index as it was written, hex; of an index that is a folder, of each file, as `hashIndex` says. */
  readonly indexHash: string;
  /**
   * Bytes of the index file as it was written, of all files of an index that is a folder; absent in older snapshots.
   */
  readonly indexBytes?: number;
  /** Bytes of each file of an index that is a folder, by its name there. */
  readonly fileBytes?: Readonly<Record<string, number>>;
  /** The engine that wrote the index; absent: usearch. */
  readonly engine?: VectorEngineName;
  /** Where the rows that it holds lie; absent: as in a file of usearch. */
  readonly rowsIn?: RowsInFile;
}

/** 12 digits for the hash of an index, of all its files: where it begins, of one file; of many, their hashes' hash. */
export function shortHash(indexHash: string): string {
  const of = indexHash.includes("-") ? createHash("sha256").update(indexHash).digest("hex") : indexHash;
  return of.slice(0, 12);
}

/** SHA-256 of a file as it is now, hex. Reads the whole file (4.5 MB: about 10 ms) without blocking others. */
export async function hashFile(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest("hex");
}

/** The number of rows that an index file claims. Throws, with the reason, when the file cannot be an index of ours. */
export async function readRows(file: string): Promise<number> {
  const handle = await open(file, "r");
  try {
    const { size } = await handle.stat();
    const header = Buffer.alloc(PAYLOAD_OFFSET);
    const { bytesRead } = await handle.read(header, 0, PAYLOAD_OFFSET, 0);
    if (bytesRead < PAYLOAD_OFFSET) throw new Error(`${file} has ${size} bytes; expected an index`);
    const rows = header.readUInt32LE(0);
    const rowBytes = header.readUInt32LE(4);
    if (rowBytes !== ROW_BYTES) throw new Error(`${file} has ${rowBytes} bytes a row; expected ${ROW_BYTES}`);
    if (rows === 0) throw new Error(`${file} holds no rows`);
    const least = PAYLOAD_OFFSET + rows * ROW_BYTES;
    if (size <= least) throw new Error(`${file} is cut short: ${size} bytes, more than ${least} expected`);
    return rows;
  } finally {
    await handle.close();
  }
}

// Where sqlite-vec keeps its vectors: in chunks of 1,024, each one blob of a table of its own, which SQLite lays into a
// cell of a leaf page and a chain of overflow pages (https://www.sqlite.org/fileformat2.html, sections 1.5 and 1.6).
import { readFile } from "node:fs/promises";
import type { DatabaseSyncInstance } from "@photostructure/sqlite";
import type { Piece } from "../row-layout.ts";

const TABLE = "vectors_vector_chunks00";

/**
 * The stretches of all chunks, one chunk after the other; rows that were never deleted lie in the order of insertion.
 */
export async function vectorPieces(db: DatabaseSyncInstance, path: string): Promise<readonly Piece[]> {
  const { page_size: pageBytes } = db.prepare("PRAGMA page_size").get() as { page_size: number };
  const leaves = db
    .prepare("SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path")
    .all(TABLE) as { pageno: number }[];
  const blobs = db.prepare(`SELECT length(vectors) AS bytes FROM ${TABLE} ORDER BY _rowid_`).all() as {
    bytes: number;
  }[];
  const file = await readFile(path);
  const cells = leaves.flatMap(({ pageno }) => cellsOf(file, (pageno - 1) * pageBytes));
  return cells.flatMap((at, chunk) => stretchesOf(file, { at, pageBytes, blobBytes: blobs[chunk]?.bytes ?? 0 }));
}

/** Where the cells of a leaf page begin, in the order of their keys. */
function cellsOf(file: Buffer, page: number): readonly number[] {
  const count = file.readUInt16BE(page + 3);
  return Array.from({ length: count }, (_, cell) => page + file.readUInt16BE(page + 8 + 2 * cell));
}

interface Cell {
  readonly at: number;
  readonly pageBytes: number;
  /** The blob is the last column, so it ends where the payload ends. */
  readonly blobBytes: number;
}

function stretchesOf(file: Buffer, { at, pageBytes, blobBytes }: Cell): readonly Piece[] {
  const [payload, behindLength] = varint(file, at);
  const [, start] = varint(file, behindLength);
  const local = localBytes(payload, pageBytes);
  const before = payload - blobBytes;
  const pieces: Piece[] = [{ at: start + before, bytes: local - before, every: pageBytes, count: 1 }];
  let [page, left] = [file.readUInt32BE(start + local), payload - local];
  while (left > 0 && page > 0) {
    const [from, bytes] = [(page - 1) * pageBytes, Math.min(left, pageBytes - 4)];
    add(pieces, { at: from + 4, bytes, every: pageBytes, count: 1 });
    left -= bytes;
    page = file.readUInt32BE(from);
  }
  return pieces;
}

/** A page right behind the last one lengthens its stretch. */
function add(pieces: Piece[], next: Piece): void {
  const last = pieces.at(-1);
  if (last !== undefined && last.bytes === next.bytes && last.at + last.count * last.every === next.at) {
    pieces[pieces.length - 1] = { ...last, count: last.count + 1 };
  } else pieces.push(next);
}

/** How much of a payload that overflows stays in its leaf. */
function localBytes(payload: number, usable: number): number {
  const [most, least] = [usable - 35, Math.floor(((usable - 12) * 32) / 255) - 23];
  if (payload <= most) return payload;
  const fitting = least + ((payload - least) % (usable - 4));
  return fitting <= most ? fitting : least;
}

/** A big-endian number in groups of 7 bits, and the place behind it. */
function varint(file: Buffer, at: number): readonly [number, number] {
  let value = 0;
  for (let i = at; ; i++) {
    const byte = file.readUInt8(i);
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return [value, i + 1];
  }
}

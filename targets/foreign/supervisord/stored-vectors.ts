// Where the vectors of the notes lie in Chroma's SQLite file (its table embeddings_queue), from which it builds its
// index anew at each start. Nothing is opened: SQLite's own bytes are walked, since a vector also stands where SQLite
// has moved its row away from (https://www.sqlite.org/fileformat2.html, sections 1.3, 1.5 and 1.6).

import { embed, type Note } from "../notes-app.ts";

/** Numbers in the vector of a note; with 64 two pairs of questions are the same. */
export const dimensions = 256;
const floatBytes = 4;
const tableLeaf = 0x0d;
const [leafHeadBytes, fileHeadBytes] = [8, 100] as const;

/** One stretch of bytes a vector, as an inventory publishes rows that do not lie side by side. */
interface Rows {
  readonly offset: number;
  readonly rowBytes: number;
  readonly rows: number;
  readonly pieces: readonly {
    readonly at: number;
    readonly bytes: number;
    readonly every: number;
    readonly count: 1;
  }[];
}

interface Cell {
  readonly rowid: number;
  readonly at: number;
  readonly end: number;
}

/**
 * The newest row of as many notes as there are, in the order in which they were written; undefined where fewer are
 * there, or the file is no SQLite file.
 */
export function storedVectors(file: Buffer, notes: readonly Note[]): Rows | undefined {
  const rowBytes = dimensions * floatBytes;
  const known = notes.map(({ question }) => Buffer.from(Float32Array.from(embed(question, dimensions)).buffer));
  const found = leafCells(file).flatMap((cell) => {
    const payload = file.subarray(cell.at, cell.end);
    const at = known.map((vector) => payload.indexOf(vector)).find((place) => place !== -1);
    return at === undefined ? [] : [{ rowid: cell.rowid, at: cell.at + at }];
  });
  if (found.length < notes.length) return undefined;
  const newest = found.toSorted((one, other) => one.rowid - other.rowid).slice(-notes.length);
  const pieces = newest.map(({ at }) => ({ at, bytes: rowBytes, every: rowBytes, count: 1 as const }));
  return { offset: 0, rowBytes, rows: pieces.length, pieces };
}

/** What the leaves of all tables hold, as far as it lies in them. */
function leafCells(file: Buffer): readonly Cell[] {
  if (file.length < fileHeadBytes) return [];
  const stated = file.readUInt16BE(16);
  const pageBytes = stated === 1 ? 65_536 : stated;
  if (pageBytes < 512) return [];
  const free = freePages(file, pageBytes);
  const pages = Math.floor(file.length / pageBytes);
  const cells: Cell[] = [];
  for (let number = 1; number <= pages; number += 1) {
    const page = (number - 1) * pageBytes;
    const head = number === 1 ? fileHeadBytes : page;
    if (file.readUInt8(head) !== tableLeaf || free.has(number)) continue;
    const count = Math.min(file.readUInt16BE(head + 3), Math.floor((page + pageBytes - head - leafHeadBytes) / 2));
    for (let n = 0; n < count; n += 1) {
      const cell = page + file.readUInt16BE(head + leafHeadBytes + 2 * n);
      if (cell + 18 <= page + pageBytes) cells.push(cellAt(file, cell, page + pageBytes));
    }
  }
  return cells;
}

/** Pages that SQLite keeps for later: what stood there still does. A list of lists, from the head of the file on. */
function freePages(file: Buffer, pageBytes: number): ReadonlySet<number> {
  const free = new Set<number>();
  for (let list = file.readUInt32BE(32); list > 0 && !free.has(list);) {
    free.add(list);
    const at = (list - 1) * pageBytes;
    if (at + pageBytes > file.length) break;
    const count = Math.min(file.readUInt32BE(at + 4), Math.floor(pageBytes / 4) - 2);
    for (let n = 0; n < count; n += 1) free.add(file.readUInt32BE(at + 8 + 4 * n));
    list = file.readUInt32BE(at);
  }
  return free;
}

function cellAt(file: Buffer, cell: number, pageEnd: number): Cell {
  const [length, behindLength] = varint(file, cell);
  const [rowid, at] = varint(file, behindLength);
  return { rowid, at, end: Math.min(at + length, pageEnd) };
}

/** A big-endian number in groups of 7 bits, and the place behind it. */
function varint(file: Buffer, at: number): readonly [number, number] {
  let value = 0;
  for (let n = 0; ; n += 1) {
    const byte = file.readUInt8(at + n);
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80 || n === 8) return [value, at + n + 1];
  }
}

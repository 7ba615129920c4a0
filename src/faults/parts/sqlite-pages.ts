// Rows of a table in the bytes of an SQLite file (https://www.sqlite.org/fileformat2.html, sections 1.3, 1.6 and 2):
// only where they lie. Nothing is opened, so that what is read is what lies there.

import { HarnessError } from "../../core/errors.ts";

/** A column of a row, as it lies in its page. */
interface Column {
  readonly at: number;
  readonly bytes: number;
}

/** One row: its number, and its columns, of those that do not go on in another page. */
interface TableRow {
  readonly rowid: number;
  readonly columns: readonly Column[];
}

export interface SqliteFile {
  readonly bytes: Buffer;
  readonly pageBytes: number;
  /** The rows of the table that begins at a page, in the order of their numbers. */
  readonly rowsAt: (page: number) => readonly TableRow[];
  /** The leaf of that table with the lowest numbers: where its page begins. */
  readonly firstLeafAt: (page: number) => number;
  readonly textOf: (column: Column | undefined) => string;
  /** Of a whole number. */
  readonly numberOf: (column: Column | undefined) => number;
}

const magic = "SQLite format 3\0";
/** Bytes before the head of page 1. */
const fileHeadBytes = 100;
const [leaf, interior] = [0x0d, 0x05] as const;
/** Deeper than any tree of 2^32 pages. */
const mostLevels = 20;

/** Throws for what is no SQLite file. */
export function sqliteFile(file: Uint8Array): SqliteFile {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (bytes.length < 512 || bytes.subarray(0, magic.length).toString("latin1") !== magic) {
    throw unlike("it does not begin as one does");
  }
  const stated = bytes.readUInt16BE(16);
  const pageBytes = stated === 1 ? 65_536 : stated;
  const usable = pageBytes - bytes.readUInt8(20);
  const headOf = (page: number): number => {
    const at = (page - 1) * pageBytes;
    if (page < 1 || at + pageBytes > bytes.length) throw unlike(`page ${page} is none of its`);
    return page === 1 ? fileHeadBytes : at;
  };
  const leavesOf = (page: number, level = 0): readonly number[] => {
    const head = headOf(page);
    const kind = bytes.readUInt8(head);
    if (kind === leaf) return [page];
    if (kind !== interior || level > mostLevels) throw unlike(`page ${page} is of no table`);
    const children = cellsOf(bytes, { head, page: (page - 1) * pageBytes, behind: 12 }).map((at) =>
      bytes.readUInt32BE(at),
    );
    return [...children, bytes.readUInt32BE(head + 8)].flatMap((child) => leavesOf(child, level + 1));
  };
  return {
    bytes,
    pageBytes,
    firstLeafAt: (page) => ((leavesOf(page)[0] ?? page) - 1) * pageBytes,
    rowsAt: (page) =>
      leavesOf(page).flatMap((one) =>
        cellsOf(bytes, { head: headOf(one), page: (one - 1) * pageBytes, behind: 8 }).map((at) =>
          rowAt(bytes, at, usable),
        ),
      ),
    textOf: (column) => (column === undefined ? "" : bytes.toString("utf8", column.at, column.at + column.bytes)),
    numberOf: (column) =>
      column === undefined || column.bytes === 0 ? 0 : bytes.readIntBE(column.at, Math.min(6, column.bytes)),
  };
}

/** Where the cells of a page begin, in the order of their keys. */
function cellsOf(
  bytes: Buffer,
  { head, page, behind }: { readonly head: number; readonly page: number; readonly behind: number },
): readonly number[] {
  const count = bytes.readUInt16BE(head + 3);
  return Array.from({ length: count }, (_, cell) => page + bytes.readUInt16BE(head + behind + 2 * cell));
}

function rowAt(bytes: Buffer, cell: number, usable: number): TableRow {
  const [payload, behindLength] = varint(bytes, cell);
  const [rowid, start] = varint(bytes, behindLength);
  const isWhole = payload <= usable - 35;
  const [headBytes, first] = varint(bytes, start);
  const columns: Column[] = [];
  let at = start + headBytes;
  for (let next = first; next < start + headBytes;) {
    const [type, behind] = varint(bytes, next);
    next = behind;
    const length = lengthOf(type);
    if (isWhole) columns.push({ at, bytes: length });
    at += length;
  }
  return { rowid, columns };
}

/** Bytes of a value of such a type. */
function lengthOf(type: number): number {
  return type >= 12 ? Math.floor((type - 12) / 2) : ([0, 1, 2, 3, 4, 6, 8, 8, 0, 0][type] ?? 0);
}

/** A big-endian number in groups of 7 bits, and the place behind it. */
function varint(bytes: Buffer, at: number): readonly [number, number] {
  let value = 0;
  for (let n = 0; ; n += 1) {
    const byte = bytes.readUInt8(at + n);
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80 || n === 8) return [value, at + n + 1];
  }
}

function unlike(why: string): HarnessError {
  return new HarnessError("environment", `the published index is no SQLite file: ${why}`);
}

// The tables in which sqlite-vec keeps its rows (https://github.com/asg017/sqlite-vec, sqlite-vec.c, "shadow tables"):
// chunks of rows, each with a bit that says whether there is a row at a place, and the numbers that the rows go by; and
// for each number the place of its row, by which it is read back. A search compares with each row that its bit says is
// there.

import { HarnessError } from "../../core/errors.ts";
import { seededRandom } from "../../core/random.ts";
import { keyBytes, type Graph, type Lying, type Mark } from "./graph.ts";
import { stretchesOf, type Piece } from "./row-pieces.ts";
import { sqliteFile, type SqliteFile } from "./sqlite-pages.ts";

interface Tables {
  readonly file: SqliteFile;
  /** The statement that made the table, where it lies. */
  readonly madeBy: { readonly at: number; readonly text: string };
  /** The page at which the table of places begins. */
  readonly places: number;
  readonly chunks: readonly { readonly marksAt: number; readonly namesAt: number; readonly size: number }[];
}

/** In bytes, of the leaf of a table: its head, and what stands there for one cell. */
const [leafHeadBytes, cellPointerBytes] = [8, 2] as const;
const [cosine, euclid] = ["distance_metric=cosine", "distance_metric=l2    "] as const;
const floatBytes = 4;

/** Which rows a search comes to, and where their names stand. Throws for what is no such file. */
export function readMarks(bytes: Uint8Array): Graph {
  const { file, chunks } = tablesIn(bytes);
  const [marks, keys]: [Mark[], number[]] = [[], []];
  for (const { marksAt, namesAt, size } of chunks) {
    for (let place = 0; place < size; place += 1) {
      const mark = { at: marksAt + Math.floor(place / 8), bit: place % 8 };
      if (((file.bytes[mark.at] ?? 0) & (1 << mark.bit)) === 0) continue;
      marks.push(mark);
      keys.push(namesAt + place * keyBytes);
    }
  }
  return { nodes: marks.length, mostAtBase: 0, keys, levels: marks.map(() => 0), links: [], marks };
}

/** Where a number stands that says from where a row is read back: of equal groups they may take each other's place. */
export interface Place {
  readonly at: number;
  readonly bytes: number;
  readonly group: string;
}

/**
 * Of all rows whose place takes a byte at least: the first two of a chunk have theirs in the type of the column. Throws
 * for what is no such file.
 */
export function readPlaces(bytes: Uint8Array): readonly Place[] {
  const { file, places } = tablesIn(bytes);
  // Columns: rowid, id, chunk_id, chunk_offset. A number is as long as it has to be.
  return file
    .rowsAt(places)
    .flatMap(({ columns: [, , chunk, offset] }) =>
      offset === undefined || offset.bytes === 0
        ? []
        : [{ ...offset, group: `${file.numberOf(chunk)} ${offset.bytes}` }],
    );
}

/** The file with its first rows alone: of all others neither the bit nor the place is left. */
export function firstMarked(bytes: Uint8Array, keep: number): Uint8Array {
  const { file, places } = tablesIn(bytes);
  const made = Buffer.from(bytes);
  const { marks = [] } = readMarks(bytes);
  for (const { at, bit } of marks.slice(keep)) made[at] = (made[at] ?? 0) & ~(1 << bit);
  // Numbers rise, and so the first ones are in the first leaf, which takes the place of the whole tree.
  const from = file.firstLeafAt(places);
  const root = (places - 1) * file.pageBytes;
  made.set(file.bytes.subarray(from, from + file.pageBytes), root);
  if (made.readUInt16BE(root + 3) < keep) throw unlike(`fewer than ${keep} rows have a place in its first page`);
  const kept = Array.from({ length: keep }, (_, n) => made.readUInt16BE(root + leafHeadBytes + cellPointerBytes * n));
  made.writeUInt16BE(keep, root + 3);
  made.writeUInt16BE(Math.min(...kept), root + 5);
  return made;
}

/**
 * The same rows by the Euclidean distance, for sqlite-vec has no inner product, each made longer or shorter by up to
 * `times` about a length of `times` squared: as of a model whose vectors nobody made 1 long. So the shortest come
 * before the nearest. The same for the same seed.
 */
export function byEuclid(
  bytes: Uint8Array,
  lying: Lying & { readonly pieces: readonly Piece[] },
  { times, seed }: { readonly times: number; readonly seed: number },
): Uint8Array {
  const { madeBy } = tablesIn(bytes);
  const at = madeBy.text.indexOf(cosine);
  if (at === -1) throw unlike("it was not made for cosine: another metric may be the right one");
  const made = Buffer.from(otherLengths(bytes, lying, { times, about: times ** 2, seed }));
  made.write(euclid, madeBy.at + Buffer.byteLength(madeBy.text.slice(0, at)), "latin1");
  return made;
}

/** All rows in pieces, each made longer or shorter by up to `times`, as often longer as shorter, about a length. */
export function otherLengths(
  bytes: Uint8Array,
  { rowBytes, rows, pieces }: Lying & { readonly pieces: readonly Piece[] },
  { times, about, seed }: { readonly times: number; readonly about: number; readonly seed: number },
): Uint8Array {
  const made = Uint8Array.from(bytes);
  const random = seededRandom(seed, "index.wrong-metric");
  for (const stretches of stretchesOf(pieces, rowBytes, [...Array(rows).keys()])) {
    const longer = about * times ** (2 * random.next() - 1);
    // A number may go on in the next stretch.
    const row = Buffer.concat(stretches.map(([from, length]) => bytes.subarray(from, from + length)));
    for (let n = 0; n + floatBytes <= row.length; n += floatBytes) row.writeFloatLE(longer * row.readFloatLE(n), n);
    let taken = 0;
    for (const [from, length] of stretches) made.set(row.subarray(taken, (taken += length)), from);
  }
  return made;
}

function tablesIn(bytes: Uint8Array): Tables {
  const file = sqliteFile(bytes);
  // Columns: type, name, tbl_name, rootpage, sql.
  const tables = file.rowsAt(1).map(({ columns }) => ({ columns, name: file.textOf(columns[1]), sql: columns[4] }));
  const own = tables.find(({ sql }) => /^CREATE VIRTUAL TABLE .* USING vec0\b/i.test(file.textOf(sql)));
  const pageOf = (of: string): number =>
    file.numberOf(tables.find(({ name }) => name === `${own?.name}_${of}`)?.columns[3]);
  if (own?.sql === undefined) throw unlike("it has no table vec0");
  // Columns: chunk_id, size, validity, rowids.
  const chunks = file.rowsAt(pageOf("chunks")).map(({ columns: [, size, marks, names] }) => {
    const places = file.numberOf(size);
    if (marks?.bytes !== places / 8 || names?.bytes !== places * keyBytes)
      throw unlike("its chunks are laid otherwise");
    return { marksAt: marks.at, namesAt: names.at, size: places };
  });
  return { file, madeBy: { at: own.sql.at, text: file.textOf(own.sql) }, places: pageOf("rowids"), chunks };
}

function unlike(why: string): HarnessError {
  const hint = "take index.corruption with mode zero, noise, nan, part, flip, replace or shift";
  return new HarnessError("environment", `the published index is no file of sqlite-vec 0.1: ${why}`, { hint });
}

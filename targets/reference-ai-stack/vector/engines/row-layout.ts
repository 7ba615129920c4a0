// Where the rows of an index lie in its files, and reading them from there.
import { readFile } from "node:fs/promises";

/**
 * Where the rows lie in a file, as float32, in an order of the engine's own. In one piece from `offset`, or, with
 * `pieces`, in the bytes that these give one after another: `count` stretches of `bytes` bytes, one each `every` bytes
 * from `at`.
 */
export interface RowLayout {
  readonly offset: number;
  readonly rowBytes: number;
  readonly rows: number;
  readonly pieces?: readonly Piece[];
}

export interface Piece {
  readonly at: number;
  readonly bytes: number;
  readonly every: number;
  readonly count: number;
}

/** The rows in the files of a generation; `file`: relative to the index, "" when the index is a file itself. */
export interface RowsInFile {
  readonly file: string;
  readonly layout: RowLayout;
}

/** The bytes of all rows of a layout. Rejects when the file ends before. */
export async function rowsFrom(path: string, layout: RowLayout): Promise<readonly Uint8Array[]> {
  const { offset, rowBytes, rows } = layout;
  const file = await readFile(path);
  const { pieces = [{ at: offset, bytes: rows * rowBytes, every: 0, count: 1 }] } = layout;
  const stretches = pieces.flatMap(({ at, bytes, every, count }) =>
    Array.from({ length: count }, (_, n) => file.subarray(at + n * every, at + n * every + bytes)),
  );
  const all = Buffer.concat(stretches);
  if (all.length < rows * rowBytes) throw new Error(`${path} is too short for ${rows} rows of ${rowBytes} bytes`);
  // Copies: a Buffer's own slice is none.
  return Array.from({ length: rows }, (_, row) => Uint8Array.from(all.subarray(row * rowBytes, (row + 1) * rowBytes)));
}

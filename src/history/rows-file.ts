// The rows of the history on disk: one line a trial, only ever appended to. A crash may tear the last line and no
// other.

import { constants } from "node:fs";
import { open, stat, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { isAbsent, syncFolder } from "../lib/fs.ts";
import { isTorn } from "../lib/json-lines.ts";
import type { HistoryRow } from "../records/history-row.ts";
import { unfitFor } from "./read-row.ts";
import { historyName } from "../store/run-folder.ts";
import { makeFolder } from "../store/make-folder.ts";
import { asEnvironment } from "../store/whole-file.ts";

/** Folder of the history beside the run folders of `outDir`. */
export function historyDirOf(outDir: string): string {
  return join(outDir, historyName);
}

/** The rows of the history in that folder. */
export function rowsFileOf(dir: string): string {
  return join(dir, "trials.ndjson");
}

/** Rows are written together up to this size, bytes. */
const mostBytes = 64 * 1024;

/**
 * Appends rows through to the disk, the folder made if need be; a line that a crash tore is ended first. Other
 * processes may append at the same time: a row goes out whole in one write at the end of the file. Throws HarnessError
 * "environment" when that cannot be done. Returns a sentence for each row that could not be read again: it is left out.
 */
export async function appendRows(dir: string, rows: Iterable<HistoryRow>): Promise<readonly string[]> {
  const { pieces, leftOut } = piecesOf(rows);
  if (pieces.length === 0) return leftOut;
  const file = rowsFileOf(dir);
  await asEnvironment(`cannot append to the history ${file}`, async () => {
    await makeFolder(dir);
    // Where another file was put in its place meanwhile, what was written to the old one is written again.
    while (!(await appendPieces(file, pieces)));
    await syncFolder(dir);
  });
  return leftOut;
}

/** Appends lines as they are, to a file of rows that is there. Rejects with the system's error. */
export async function appendAgain(file: string, lines: Buffer): Promise<void> {
  if (lines.length > 0) while (!(await appendPieces(file, [lines])));
}

interface Pieces {
  readonly pieces: readonly Buffer[];
  /** A sentence for each row that could not be read again. */
  readonly leftOut: readonly string[];
}

/** A line for each row, put together to few writes. */
function piecesOf(rows: Iterable<HistoryRow>): Pieces {
  const [pieces, leftOut]: [Buffer[], string[]] = [[], []];
  let [lines, size]: [Buffer[], number] = [[], 0];
  for (const row of rows) {
    const unfit = unfitFor(row);
    if (unfit !== undefined) {
      leftOut.push(unfit);
      continue;
    }
    const line = Buffer.from(`${JSON.stringify(row)}\n`);
    if (size > 0 && size + line.length > mostBytes) {
      pieces.push(Buffer.concat(lines));
      [lines, size] = [[], 0];
    }
    lines.push(line);
    size += line.length;
  }
  return { pieces: size === 0 ? pieces : [...pieces, Buffer.concat(lines)], leftOut };
}

/** False when another file has taken its place meanwhile. */
async function appendPieces(file: string, pieces: readonly Buffer[]): Promise<boolean> {
  const { O_APPEND, O_CREAT, O_RDWR } = constants;
  const handle = await open(file, O_APPEND | O_CREAT | O_RDWR, 0o666);
  try {
    for (const piece of pieces) {
      // Another process may be in the middle of its write: then the line end makes an empty line after it, and no harm.
      const bytes = Buffer.concat([Buffer.from((await isTorn(handle)) ? "\n" : ""), piece]);
      const { bytesWritten } = await handle.write(bytes);
      if (bytesWritten < bytes.length) throw new Error(`only ${bytesWritten} of ${bytes.length} bytes were written`);
    }
    await handle.sync();
    return (await stat(file)).ino === (await handle.stat()).ino;
  } finally {
    await handle.close();
  }
}

/** What tells whether a file is as it was: none of it changes while nobody writes. */
export interface FileState {
  readonly size: number;
  readonly modifiedMs: number;
  readonly inode: number;
}

/** The file of rows, opened for reading; undefined when there is none. */
export async function openRows(file: string): Promise<FileHandle | undefined> {
  try {
    return await asEnvironment(`cannot read the history ${file}`, () => open(file, "r"));
  } catch (thrown) {
    if (thrown instanceof Error && isAbsent(thrown.cause)) return undefined;
    throw thrown;
  }
}

export async function stateOf(handle: FileHandle): Promise<FileState> {
  const { size, mtimeMs, ino } = await handle.stat();
  return { size, modifiedMs: mtimeMs, inode: ino };
}

/** One line of the file. */
export interface RowLine {
  readonly text: string;
  /** False for a last line without an end: a crash tore it, or somebody is writing it. */
  readonly whole: boolean;
  /** The byte after it, its line end included. */
  readonly end: number;
}

/** Lines are bounded, so that a file that is none of ours takes no memory without end; bytes. */
const longestLine = 2 ** 20;
const pieceBytes = 2 ** 20;

/** The lines from a byte on, in order; of a line that is too long only its begin. */
export async function* linesFrom(handle: FileHandle, from: number): AsyncGenerator<RowLine> {
  let [rest, at] = [Buffer.alloc(0), from];
  const piece = Buffer.alloc(pieceBytes);
  for (;;) {
    const { bytesRead } = await handle.read(piece, 0, pieceBytes, at);
    if (bytesRead === 0) break;
    at += bytesRead;
    let text = Buffer.concat([rest, piece.subarray(0, bytesRead)]);
    let begin = 0;
    for (let end = text.indexOf(0x0a); end !== -1; end = text.indexOf(0x0a, begin)) {
      yield { text: text.toString("utf8", begin, end), whole: true, end: at - (text.length - end - 1) };
      begin = end + 1;
    }
    text = text.subarray(begin);
    rest = Buffer.from(text.length > longestLine ? text.subarray(0, longestLine) : text);
  }
  if (rest.length > 0) yield { text: rest.toString("utf8"), whole: false, end: at };
}

// Opens the history: brings its index up to date with the rows, and makes it anew where it is missing, damaged, of
// another version, or of other rows. The rows alone are the truth.

import { createHash, randomUUID } from "node:crypto";
import { rename, rm, stat, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { counted } from "../core/text.ts";
import { HarnessError, messageOf } from "../core/errors.ts";
import { isAbsent, isCode } from "../lib/fs.ts";
import { beginIndex, openIndex, type IndexFile } from "./index-file.ts";
import { readRow } from "./read-row.ts";
import { linesFrom, openRows, rowsFileOf, stateOf, type FileState, type RowLine } from "./rows-file.ts";

type Note = (says: string) => void;
type Question = "skipped" | "runs" | "rows";

/**
 * The history, ready to be asked. Damage that shows only when a page is read is treated as at the opening: the index is
 * made anew, and asked again.
 */
export type OpenHistory = Disposable & {
  readonly [Name in Question]: (...asked: Parameters<IndexFile[Name]>) => Promise<ReturnType<IndexFile[Name]>>;
};

/** The index of the history in that folder. */
export function indexFileOf(dir: string): string {
  return join(dir, "history.sqlite");
}

/**
 * `note` is called with what whoever asks must know, a sentence each. Throws HarnessError "bad-input" when there is no
 * history in the folder, "environment" when it cannot be read.
 */
export async function openHistory(dir: string, note: Note): Promise<OpenHistory> {
  let index = await withRows(dir, async (rows) => (await openedIndex(dir, rows, note)) ?? madeAnew(dir, rows, note));
  async function ask<T>(question: (index: IndexFile) => T): Promise<T> {
    try {
      return question(index);
    } catch (thrown) {
      note(`the index of ${dir} is damaged (${messageOf(thrown)}): made anew from the rows`);
      index.close();
      index = await withRows(dir, (rows) => madeAnew(dir, rows, note));
      return question(index);
    }
  }
  return {
    skipped: () => ask((it) => it.skipped()),
    runs: () => ask((it) => it.runs()),
    rows: (asked) => ask((it) => it.rows(asked)),
    [Symbol.dispose]: () => index.close(),
  };
}

async function withRows<T>(dir: string, work: (rows: FileHandle) => Promise<T>): Promise<T> {
  const file = rowsFileOf(dir);
  await using rows = await openRows(file);
  if (rows !== undefined) return await work(rows);
  throw new HarnessError("bad-input", `there is no history at ${file}`, {
    hint: "every `rebound run` adds to the history in its --out folder; give the folder that your runs lie in",
  });
}

/** The index that is there, up to date; undefined, and a note, when another must be made. */
async function openedIndex(dir: string, rows: FileHandle, note: Note): Promise<IndexFile | undefined> {
  const file = indexFileOf(dir);
  let index: IndexFile | undefined;
  try {
    index = await openIfThere(file);
    if (index === undefined) return undefined;
    const [read, now] = [readOf(index), await stateOf(rows)];
    if (read === undefined || !(await isGrownFrom(rows, read, now))) {
      note(`the rows of ${dir} are not those that its index was made of: made anew`);
    } else {
      if (now.size > read.size) await readOn(index, rows, read);
      return index;
    }
  } catch (thrown) {
    note(`the index ${file} cannot be used (${wordsOf(thrown)}): made anew from the rows`);
  }
  index?.close();
  return undefined;
}

async function openIfThere(file: string): Promise<IndexFile | undefined> {
  try {
    // SQLite would begin a new file where there is none.
    await stat(file);
  } catch (thrown) {
    if (isAbsent(thrown)) return undefined;
    throw thrown;
  }
  const index = openIndex(file);
  if (index === undefined) throw new Error("it is of another version");
  return index;
}

/** Made beside, then moved into its place; in memory where the folder takes no file. */
async function madeAnew(dir: string, rows: FileHandle, note: Note): Promise<IndexFile> {
  const draft = `${indexFileOf(dir)}.${randomUUID()}.tmp`;
  const nothing: ReadSoFar = { size: 0, modifiedMs: 0, inode: 0, bytes: 0, lines: 0, head: "", tail: "" };
  try {
    const index = beginIndex(draft);
    try {
      await readOn(index, rows, nothing);
    } finally {
      index.close();
    }
    await rename(draft, indexFileOf(dir));
    const made = openIndex(indexFileOf(dir));
    if (made !== undefined) return made;
  } catch (thrown) {
    if (thrown instanceof HarnessError && thrown.code === "bug") throw thrown;
    note(`the index of ${dir} cannot be written (${wordsOf(thrown)}): made in memory, for this once`);
  } finally {
    await rm(draft, { force: true }).catch(() => undefined);
    await rm(`${draft}-journal`, { force: true }).catch(() => undefined);
  }
  const index = beginIndex(":memory:");
  await readOn(index, rows, nothing);
  return index;
}

/** How far the rows were read, and how their file was then. */
interface ReadSoFar extends FileState {
  /** Whole lines, and the bytes that they take. */
  readonly lines: number;
  readonly bytes: number;
  /** Digests of the first and the last bytes that were read. */
  readonly head: string;
  readonly tail: string;
}

function readOf(index: IndexFile): ReadSoFar | undefined {
  const text = index.state("read");
  return text === undefined ? undefined : (JSON.parse(text) as ReadSoFar);
}

/** Reads what was appended since; a line without an end is named, and read again the next time. */
async function readOn(index: IndexFile, rows: FileHandle, read: ReadSoFar): Promise<void> {
  const now = await stateOf(rows);
  const lines: RowLine[] = [];
  for await (const line of linesFrom(rows, read.bytes)) lines.push(line);
  const bytes = lines.findLast(({ whole }) => whole)?.end ?? read.bytes;
  const [head, tail] = [await digestBefore(rows, Math.min(bytes, digestBytes)), await digestBefore(rows, bytes)];
  index.inOneGo(() => {
    // Another process may have been here since: each row stands there once in any case.
    let number = read.lines;
    for (const line of lines) {
      number += 1;
      // Between two that append at the same time.
      if (line.whole && line.text === "") continue;
      const result = readRow(line);
      const reason = result.ok ? index.add(result.row) : result.reason;
      if (reason !== undefined) index.skip({ line: number, reason });
      else index.unskip(number);
    }
    const whole = lines.filter((line) => line.whole).length;
    const state: ReadSoFar = { ...now, bytes, lines: read.lines + whole, head, tail };
    index.keepState("read", JSON.stringify(state));
  });
}

const digestBytes = 4096;

async function digestBefore(rows: FileHandle, end: number): Promise<string> {
  const bytes = new Uint8Array(Math.min(end, digestBytes));
  await rows.read(bytes, 0, bytes.length, end - bytes.length);
  return createHash("sha256").update(bytes).digest("hex");
}

/** True when the file is the one that was read, perhaps with more at its end. */
async function isGrownFrom(rows: FileHandle, read: ReadSoFar, now: FileState): Promise<boolean> {
  if (now.inode !== read.inode) return false;
  if (now.size === read.size) return now.modifiedMs === read.modifiedMs;
  return (
    now.size > read.size &&
    (await digestBefore(rows, read.bytes)) === read.tail &&
    (await digestBefore(rows, Math.min(read.bytes, digestBytes))) === read.head
  );
}

function wordsOf(thrown: unknown): string {
  if (isCode(thrown, "EACCES") || isCode(thrown, "EROFS")) return "the folder takes no file";
  return messageOf(thrown);
}

/** How many lines were skipped, and the first of them, a line each for people. */
export async function skippedWords(history: OpenHistory, file: string, most = 10): Promise<readonly string[]> {
  const all = await history.skipped();
  const first = all.slice(0, most).map(({ line, reason }) => `${file}:${line}: skipped: ${reason}`);
  const more = all.length - first.length;
  return more === 0 ? first : [...first, `${file}: ${counted(more, "more line")} skipped`];
}

// The stack's own output: kept in a file of the work folder (so the stack outlives us), shown in part, secrets blacked
// out.

import { open, type FileHandle } from "node:fs/promises";
import type { Ms } from "../../core/units.ts";
import { makeLineCutter } from "./log-lines.ts";

const tailBytes = 16_384;
const followEveryMs: Ms = 100;

/** Replaces every secret by `[secret]`. */
export function redact(text: string, secrets: readonly string[]): string {
  return secrets.reduce((clean, secret) => (secret === "" ? clean : clean.replaceAll(secret, "[secret]")), text);
}

/** The last `count` lines of a log file; empty when there is none. */
export async function lastLines(file: string, count: number): Promise<readonly string[]> {
  const { bytes } = await readFrom(file, -tailBytes);
  return bytes
    .toString("utf8")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(-count);
}

/** Hands over each new line of a growing log until the returned function is called (which waits for the last lines). */
export function followLog(file: string, onLine: (line: string) => void): () => Promise<void> {
  let offset = 0;
  const cutter = makeLineCutter();
  let ended = false;
  const readMore = async (): Promise<void> => {
    const piece = await readFrom(file, offset);
    offset = piece.next;
    for (const line of cutter.take(piece).lines) onLine(line);
  };
  let reading = Promise.resolve();
  const timer = setInterval(() => {
    reading = reading.then(readMore);
  }, followEveryMs);
  timer.unref();
  return async () => {
    if (ended) return;
    ended = true;
    clearInterval(timer);
    await reading.then(readMore);
    for (const line of cutter.end().lines) onLine(line);
  };
}

/** What was read, and where the next read begins. */
interface Piece {
  readonly bytes: Buffer;
  readonly next: number;
  /** Bytes right before these were not read, but for their line ends. */
  readonly skipped: boolean;
  readonly skippedLines: number;
}

/**
 * Reads from a byte offset (negative: from the end) to the end of the file, of more than `most` bytes the last; nothing
 * when it cannot be opened.
 */
export async function readFrom(file: string, offset: number, most = Infinity): Promise<Piece> {
  const handle = await open(file, "r").catch(() => undefined);
  if (handle === undefined)
    return { bytes: Buffer.alloc(0), next: Math.max(0, offset), skipped: false, skippedLines: 0 };
  try {
    const { size } = await handle.stat();
    const asked = offset < 0 ? Math.max(0, size + offset) : Math.min(offset, size);
    const from = Math.max(asked, size - most);
    const skippedLines = await countLines(handle, asked, from);
    const bytes = Buffer.alloc(size - from);
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, from);
    return { bytes: bytes.subarray(0, bytesRead), next: from + bytesRead, skipped: from > asked, skippedLines };
  } finally {
    await handle.close();
  }
}

const countedAtOnce = 65_536;

/** Line ends from one byte to another, in bounded memory. */
async function countLines(handle: FileHandle, from: number, to: number): Promise<number> {
  const bytes = Buffer.alloc(Math.min(countedAtOnce, to - from));
  let lines = 0;
  for (let at = from; at < to;) {
    const { bytesRead } = await handle.read(bytes, 0, Math.min(bytes.length, to - at), at);
    if (bytesRead === 0) break;
    const read = bytes.subarray(0, bytesRead);
    for (let end = read.indexOf(0x0a); end >= 0; end = read.indexOf(0x0a, end + 1)) lines += 1;
    at += bytesRead;
  }
  return lines;
}

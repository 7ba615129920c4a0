// JSON Lines on disk: one value a line. A crash may tear the last line, and nothing but the last line.

import { createReadStream } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { parseJson } from "./json-text.ts";

/** A line as a value, or why it is none. */
export type JsonLine = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly reason: string };

/** Reads one line; a byte order mark before it, which is at the begin of a file, is left out. */
export function readJsonLine(line: string): JsonLine {
  try {
    return { ok: true, value: parseJson(line) };
  } catch (thrown) {
    return { ok: false, reason: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

/** The lines of a text that hold anything, a torn last one among them. */
export function linesIn(text: string): readonly string[] {
  return text.split("\n").filter((line) => line.trim() !== "");
}

/**
 * Hands on every whole line of a file, in order, piece by piece: a long file needs no more memory than one line. A last
 * line without its line end was torn, and is left out. Rejects when the file cannot be read.
 */
export async function eachWholeLine(file: string, take: (line: string) => void): Promise<void> {
  let rest = "";
  const stream = createReadStream(file, { encoding: "utf8", highWaterMark: 256 * 1024 });
  for await (const piece of stream) {
    const parts = (rest + String(piece)).split("\n");
    rest = parts.pop() ?? "";
    for (const line of parts) take(line);
  }
}

/** Ends a last line that was torn, so that what is appended stands on a line of its own. */
export async function endTornLine(file: FileHandle): Promise<void> {
  if (await isTorn(file)) await file.appendFile("\n");
}

/** True when the last line has no end: it was torn, or somebody is writing it. */
export async function isTorn(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const lastByte = new Uint8Array(1);
  await file.read(lastByte, 0, 1, size - 1);
  return lastByte[0] !== 0x0a;
}

// The stack's own output: kept in a file of the work folder (so the stack outlives us), shown in part, secrets blacked
// out.

import { open } from "node:fs/promises";
import type { Ms } from "../../core/units.ts";

const tailBytes = 16_384;
const followEveryMs: Ms = 100;

/** Replaces every secret by `[secret]`. */
export function redact(text: string, secrets: readonly string[]): string {
  return secrets.reduce((clean, secret) => (secret === "" ? clean : clean.replaceAll(secret, "[secret]")), text);
}

/** The last `count` lines of a log file; empty when there is none. */
export async function lastLines(file: string, count: number): Promise<readonly string[]> {
  const { text } = await readFrom(file, -tailBytes);
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(-count);
}

/** Hands over each new line of a growing log until the returned function is called (which waits for the last lines). */
export function followLog(file: string, onLine: (line: string) => void): () => Promise<void> {
  let offset = 0;
  let rest = "";
  let ended = false;
  const readMore = async (): Promise<void> => {
    const { text, next } = await readFrom(file, offset);
    offset = next;
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
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
    if (rest !== "") onLine(rest);
  };
}

/**
 * Reads from a byte offset (negative: from the end) to the end of the file, of more than `most` bytes the last; nothing
 * when it cannot be opened.
 */
export async function readFrom(
  file: string,
  offset: number,
  most = Infinity,
): Promise<{ readonly text: string; readonly next: number; readonly skipped: boolean }> {
  const handle = await open(file, "r").catch(() => undefined);
  if (handle === undefined) return { text: "", next: Math.max(0, offset), skipped: false };
  try {
    const { size } = await handle.stat();
    const asked = offset < 0 ? Math.max(0, size + offset) : Math.min(offset, size);
    const from = Math.max(asked, size - most);
    const bytes = Buffer.alloc(size - from);
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, from);
    return { text: bytes.toString("utf8", 0, bytesRead), next: from + bytesRead, skipped: from > asked };
  } finally {
    await handle.close();
  }
}

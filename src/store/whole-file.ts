// Files that are there whole or not at all, through to the disk.

import { rename, rm } from "node:fs/promises";
import { HarnessError, messageOf } from "../core/errors.ts";
import { openAnew } from "../lib/fs.ts";

/** In one go, or piece by piece. */
export type WholeText = string | Iterable<string> | AsyncIterable<string>;

/** As files of a run hold it. */
export function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Writes a value as JSON, whole or not at all, through to the disk. Rejects with the system's error. */
export async function writeJson(file: string, value: unknown): Promise<void> {
  await writeWhole(file, toJson(value));
}

/**
 * Beside, flushed to the disk, then renamed over: a reader sees the old file or the new one, never a half. Without
 * `isForced` not flushed: then that holds until the machine loses its power.
 */
export async function writeWhole(file: string, text: WholeText, { isForced = true } = {}): Promise<void> {
  const draft = `${file}.tmp`;
  try {
    const handle = await openAnew(draft);
    try {
      await handle.writeFile(text);
      if (isForced) await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (thrown) {
    // Half a file would only take the room that the next try needs.
    await rm(draft, { force: true });
    throw thrown;
  }
}

/** What the system refuses is an environment error that says what was tried; an error of ours stays what it is. */
export async function asEnvironment<T>(what: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof HarnessError) throw error;
    throw new HarnessError("environment", `${what}: ${messageOf(error)}`, { cause: error });
  }
}

// The work folder of one stack: made with a mark, and removed only when it still bears that mark.

import { lstat, mkdir, readFile, readdir, realpath, rm, rmdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { HarnessError } from "../../core/errors.ts";

const prefix = "stack-";
const markFile = ".stack-instance";

/**
 * Where the work folder of an instance lies (below the system's temp folder). Pure but for that; write it down, then
 * make it.
 */
export function workDirFor(instanceId: string): string {
  if (!/^[\w.-]+$/.test(instanceId))
    throw new HarnessError("bug", `an instance id must be a plain word: ${instanceId}`);
  return join(tmpdir(), `${prefix}${instanceId}`);
}

/** Makes the work folder, for our user alone, with its mark. Throws "environment" when it is already there. */
export async function createWorkDir(instanceId: string): Promise<string> {
  const path = workDirFor(instanceId);
  try {
    await mkdir(path, { mode: 0o700 });
    await writeFile(join(path, markFile), instanceId, { mode: 0o600 });
  } catch (cause) {
    throw new HarnessError("environment", `cannot make the work folder ${path}`, { cause });
  }
  return path;
}

/**
 * Removes a work folder; false when there was none. Throws "environment" unless it lies directly in the temp folder, is
 * named as ours are, is no link, and carries this instance's mark. One that holds nothing, or nothing but the begin of
 * the mark, is ours too: whoever made it was killed while it wrote the mark.
 */
export async function removeWorkDir(path: string, instanceId: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return false;
  const inTemp = (await realpath(dirname(path))) === (await realpath(tmpdir()));
  if (!found.isDirectory() || !inTemp || !basename(path).startsWith(prefix)) {
    throw new HarnessError("environment", `refusing to remove ${path}: it is not a work folder of ours`);
  }
  const entries = await readdir(path);
  if (entries.length === 0) {
    await rmdir(path);
    return true;
  }
  const mark = await readFile(join(path, markFile), "utf8").catch(() => undefined);
  const isHalfMarked = mark !== undefined && entries.length === 1 && instanceId.startsWith(mark);
  if (mark !== instanceId && !isHalfMarked) {
    throw new HarnessError("environment", `refusing to remove ${path}: it does not carry the mark of ${instanceId}`);
  }
  await rm(path, { recursive: true, maxRetries: 5, retryDelay: 50 });
  return true;
}

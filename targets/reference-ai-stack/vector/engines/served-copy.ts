// A copy of a generation, from which an engine answers that writes to what it opens. Several processes may answer from
// one generation, each from a copy of its own.
import { readdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isRunning, MARK, OWN_MARK } from "../../common/process-mark.ts";

let opened = 0;

/** Where this process may put its next copy. */
export function nextServed(index: string, mark = OWN_MARK): string {
  opened += 1;
  return `${index}.served-${mark}-${opened}`;
}

/** Removes copies of processes that are gone. */
export async function forgetServed(index: string): Promise<void> {
  const named = new RegExp(`^\\.served-(${MARK})-\\d+$`);
  for (const name of await readdir(dirname(index))) {
    const mark = name.startsWith(basename(index)) ? named.exec(name.slice(basename(index).length))?.[1] : undefined;
    if (mark !== undefined && !isRunning(mark)) await rm(join(dirname(index), name), { recursive: true, force: true });
  }
}

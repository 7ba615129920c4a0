// Looks at a file each time it is saved, as the file system tells: no look in between, and no time that is waited for.

import { once, on } from "node:events";
import { existsSync, watch } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { HarnessError, messageOf } from "../core/errors.ts";
import { fileTrouble, isAbsent } from "../lib/fs.ts";
import { readText } from "../store/read-experiments.ts";

/**
 * Neither a text nor a trouble where it is not there, as between the two steps of an editor that puts another file in
 * its place.
 */
interface Seen {
  readonly text?: string;
  /** Why it cannot be read although it is there. */
  readonly trouble?: string;
}

/**
 * Calls `look` with what is seen of the file, now and after each save that changed it. One look at a time. Resolves
 * once `signal` is aborted. Throws HarnessError "bad-input" where there is no such file or it is a folder, a pipe or a
 * device, "environment" when its folder goes away.
 */
export async function watchFile(file: string, look: (seen: Seen) => Promise<void>, signal: AbortSignal): Promise<void> {
  const place = await placeOf(file);
  const folder = dirname(place);
  // The folder: a file that is replaced is another one, and a watch of the first would hear of nothing any more.
  const watcher = watch(folder);
  const changes = on(watcher, "change", { signal });
  let last: Seen | undefined;
  const lookAgain = async (): Promise<void> => {
    const seen = await seenAt(place);
    if (last !== undefined && seen.text === last.text && seen.trouble === last.trouble) return;
    last = seen;
    await look(seen);
  };
  try {
    await lookAgain();
    for await (const [, name] of changes as AsyncIterableIterator<[string, string | null]>) {
      if (!existsSync(folder)) throw new HarnessError("environment", `the folder ${folder} is gone`);
      if (name === null || name === basename(place)) await lookAgain();
    }
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
  } finally {
    const closed = once(watcher, "close");
    watcher.close();
    await closed;
  }
}

/** Where the file really is. */
async function placeOf(file: string): Promise<string> {
  const refuse = (trouble: string, cause?: unknown): never => {
    throw new HarnessError("bad-input", `cannot watch ${file}: ${trouble}`, { cause });
  };
  const place = await realpath(file).catch((thrown: unknown) => refuse(fileTrouble(thrown), thrown));
  const found = await stat(place).catch((thrown: unknown) => refuse(fileTrouble(thrown), thrown));
  if (found.isDirectory()) refuse("it is a folder; name one file");
  if (!found.isFile()) refuse("it is a pipe, a socket or a device");
  return place;
}

async function seenAt(place: string): Promise<Seen> {
  try {
    return { text: await readText(place) };
  } catch (thrown) {
    const isAway = thrown instanceof HarnessError && isAbsent(thrown.cause);
    return isAway ? {} : { trouble: messageOf(thrown) };
  }
}

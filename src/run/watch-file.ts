// Looks at a file each time it is saved, as the file system tells: no look in between, and no time that is waited for.

import { once, on } from "node:events";
import { existsSync, watch } from "node:fs";
import { realpath } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { HarnessError } from "../core/errors.ts";
import { fileTrouble } from "../lib/fs.ts";
import { readText } from "../store/read-experiments.ts";

/**
 * Calls `look` with the text of the file, now and after each save that changed it; undefined while it is not there, as
 * between the two steps of an editor that puts another file in its place. One look at a time. Resolves once `signal` is
 * aborted. Throws HarnessError "bad-input" where there is no such file, "environment" when its folder goes away.
 */
export async function watchFile(
  file: string,
  look: (text: string | undefined) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const place = await realpath(file).catch((thrown: unknown) => {
    throw new HarnessError("bad-input", `cannot read ${file}: ${fileTrouble(thrown)}`, { cause: thrown });
  });
  const folder = dirname(place);
  // The folder: a file that is replaced is another one, and a watch of the first would hear of nothing any more.
  const watcher = watch(folder);
  const changes = on(watcher, "change", { signal });
  let last: string | undefined | null = null;
  const lookAgain = async (): Promise<void> => {
    const text = await readText(place).catch(() => undefined);
    if (text === last) return;
    last = text;
    await look(text);
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

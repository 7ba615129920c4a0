// A file that ends running trials: `stop` in the state folder ends all, `stop` in a run's folder that run. Whoever may
// write there may stop; no signal and no right over our process is needed.

import { existsSync, watch, type FSWatcher } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { HarnessError } from "../../core/errors.ts";
import type { Ms } from "../../core/units.ts";
import { stateDir } from "../../store/active-runs.ts";
import { makeFolder } from "../../store/make-folder.ts";

/** How often the files are looked for, beside the file system's own notice, ms. */
const lookEveryMs: Ms = 100;

/** The stop file of a run folder, or of all runs when there is none. */
export function stopFileOf(runDir?: string): string {
  return join(runDir ?? stateDir(), "stop");
}

export function isStopFileThere(file: string): boolean {
  return existsSync(file);
}

/** Writes the file; false when it was there already. Throws HarnessError "environment" when it cannot be written. */
export async function writeStopFile(file: string): Promise<boolean> {
  try {
    await makeFolder(dirname(file), 0o700);
    await writeFile(file, `${new Date().toISOString()}\n`, { flag: "wx", mode: 0o600 });
    return true;
  } catch (cause) {
    if (existsSync(file)) return false;
    throw new HarnessError("environment", `cannot write the stop file ${file}`, {
      cause,
      hint: "make it by hand as the user that runs the trials, or end them with Ctrl-C",
    });
  }
}

export async function removeStopFile(file: string): Promise<void> {
  await rm(file, { force: true });
}

/**
 * Calls `onStop` once, with the file, as soon as one of them is there (also when it was there before); until disposed.
 */
export function watchForStop(files: readonly string[], onStop: (file: string) => void): Disposable {
  const watchers: FSWatcher[] = [];
  let over = false;
  const end = (): void => {
    over = true;
    clearInterval(timer);
    for (const watcher of watchers) watcher.close();
  };
  const look = (): void => {
    const found = over ? undefined : files.find((file) => existsSync(file));
    if (found === undefined) return;
    end();
    onStop(found);
  };
  const timer = setInterval(look, lookEveryMs);
  timer.unref();
  for (const file of files) {
    try {
      // Only quicker than the timer, never needed: a system may be out of watches.
      const watcher = watch(dirname(file), look);
      watcher.on("error", () => undefined);
      watcher.unref();
      watchers.push(watcher);
    } catch {
      continue;
    }
  }
  look();
  return { [Symbol.dispose]: end };
}

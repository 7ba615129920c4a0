// What is kept of a run as a sample: what its reports need, without the paths of the machine that it ran on.

import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";

/** Undo logs hold paths and processes of one machine; run.json has each verdict.json again. */
const left: ReadonlySet<string> = new Set(["undo.jsonl", "watchdog.log", "verdict.json"]);

/** A text without where its run took place: our folder becomes /rebound, the user's home /home/user. */
export function withoutPlaces(text: string, root: string, home = homedir()): string {
  return text.replaceAll(root, "/rebound").replaceAll(`${home}/`, "/home/user/");
}

/** Puts the run in `from` into `to`, in place of what is there. */
export async function keepRun(from: string, to: string, root: string): Promise<void> {
  await rm(to, { recursive: true, force: true });
  for (const name of await readdir(from, { recursive: true })) {
    const file = join(from, name);
    if (left.has(basename(name)) || !(await stat(file)).isFile()) continue;
    await mkdir(dirname(join(to, name)), { recursive: true });
    await writeFile(join(to, name), withoutPlaces(await readFile(file, "utf8"), root));
  }
}

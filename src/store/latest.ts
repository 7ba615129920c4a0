// `latest` beside the run folders leads to the newest whole run. It is swapped in one step, out of sight: whoever lists
// the runs meets run folders and `latest`, at every instant and after every crash.

import { lstat, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Ms } from "../core/units.ts";
import { asEnvironment } from "./whole-file.ts";
import { isRunName, latestDraftName, latestName, type RunFolder } from "./run-folder.ts";

/** A draft this old is left of a crash: between making and moving one there is nothing to wait for. */
const leftAfterMs: Ms = 60_000;

/**
 * Names of the folders of an output folder that may be runs; links, files and hidden names are none. Empty when it is
 * not there.
 */
export async function runFoldersIn(outDir: string): Promise<readonly string[]> {
  const entries = await readdir(outDir, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory() && isRunName(entry.name)).map(({ name }) => name);
}

/**
 * Makes `<outDir>/latest` lead to the run: a symbolic link, or a text file with its name where links cannot be made.
 */
export async function pointLatest(run: RunFolder): Promise<void> {
  const outDir = dirname(run.dir);
  const latest = join(outDir, latestName);
  const draft = join(run.dir, latestDraftName);
  await asEnvironment(`cannot replace ${latest}`, async () => {
    await rm(draft, { force: true });
    await symlink(run.runId, draft, "dir").catch(() => writeFile(draft, `${run.runId}\n`));
    try {
      await rename(draft, latest);
    } finally {
      await rm(draft, { force: true });
    }
  });
  await sweepDrafts(outDir).catch(() => undefined);
}

/** What crashes left: drafts in run folders, and beside them, where an earlier version made its own. */
async function sweepDrafts(outDir: string): Promise<void> {
  const beside = (await readdir(outDir)).filter((name) => name.startsWith(`${latestDraftName}-`));
  const inside = (await runFoldersIn(outDir)).map((name) => join(name, latestDraftName));
  for (const draft of [...beside, ...inside].map((name) => join(outDir, name))) {
    const there = await lstat(draft).catch(() => undefined);
    if (there !== undefined && Date.now() - there.mtimeMs > leftAfterMs) await rm(draft, { force: true });
  }
}

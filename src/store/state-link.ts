// The way back must not depend on a folder that people move and delete: each undo log has a second name (a hard link)
// in the state folder as long as its run is registered.

import { randomUUID } from "node:crypto";
import { link, realpath, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { listRuns, stateDir, stateLinkOf, type ActiveRun } from "./active-runs.ts";
import { makeFolder } from "./make-folder.ts";
import { runUndoFile, undoFilesIn } from "./undo-file.ts";

/** Gives a log of a registered run its second name. None where links cannot be made: between file systems. */
export async function linkState(runDir: string, log: string, dir: string = stateDir()): Promise<void> {
  const root = stateLinkOf(runDir, dir);
  const stateLink = runUndoFile(log === runUndoFile(runDir) ? root : join(root, "trials", randomUUID()));
  try {
    await makeFolder(dirname(stateLink), 0o700);
    await link(log, stateLink);
  } catch {
    return;
  }
}

/**
 * Every undo log of a run: those in its folder, then those that are known by their second name alone, then the run's
 * own.
 */
export async function findUndoFiles(runDir: string, dir: string = stateDir()): Promise<readonly string[]> {
  const here = await undoFilesIn(runDir);
  const known = new Set(await Promise.all(here.map(inodeOf)));
  const links = await undoFilesIn(stateLinkOf(runDir, dir));
  const lost: string[] = [];
  for (const stateLink of links) if (!known.has(await inodeOf(stateLink))) lost.push(stateLink);
  const all = [...here, ...lost];
  const own = all.filter((log) => isOwnLog(log, runDir, dir));
  return [...all.filter((log) => !own.includes(log)), ...own];
}

/** Removes the backups beside the logs of a run; only once nothing is left to undo. */
export async function removeBackups(runDir: string, dir: string = stateDir()): Promise<void> {
  for (const log of await findUndoFiles(runDir, dir))
    await rm(join(dirname(log), "undo"), { recursive: true, force: true });
}

/** True for the log of what belongs to the run as a whole. */
export function isOwnLog(log: string, runDir: string, dir: string = stateDir()): boolean {
  return log === runUndoFile(runDir) || log === runUndoFile(stateLinkOf(runDir, dir));
}

/**
 * The registered run of a folder, whatever links lead to it and wherever it was moved: a living run must not be taken
 * for a stranger.
 */
export async function findRun(runDir: string, dir: string = stateDir()): Promise<ActiveRun | undefined> {
  const [real, inode] = [await realOf(runDir), await inodeOf(runUndoFile(runDir))];
  for (const run of await listRuns(dir)) {
    if ((await realOf(run.runDir)) === real) return run;
    if (inode !== undefined && (await inodeOf(runUndoFile(stateLinkOf(run.runDir, dir)))) === inode) return run;
  }
  return undefined;
}

/** With links followed; of a folder that is gone the path as it is. */
function realOf(path: string): Promise<string> {
  return realpath(path).catch(() => resolve(path));
}

/** undefined when there is no such file. */
async function inodeOf(path: string): Promise<string | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found === undefined ? undefined : `${found.dev}:${found.ino}`;
}

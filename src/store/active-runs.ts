// Which runs are under way on this machine, per user: how `restore` finds what a killed run left without being told
// where.

import { createHash, randomUUID } from "node:crypto";
import { open, readdir, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";
import { HarnessError } from "../core/errors.ts";
import { makeFolder } from "./make-folder.ts";

const activeRunSchema = z.object({
  /** Absolute. */
  runDir: z.string().min(1),
  pid: z.number().int().positive(),
  /** As the process table tells it: keeps the owner apart from a stranger with its pid. */
  pidStartTime: z.string(),
  /** ISO 8601. */
  startedAt: z.string(),
});
export type ActiveRun = z.infer<typeof activeRunSchema>;

/**
 * `REBOUND_STATE_DIR`, else `$XDG_STATE_HOME/rebound`, else `~/.local/state/rebound` (XDG Base Directory
 * Specification).
 */
export function stateDir(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  const own = environment["REBOUND_STATE_DIR"];
  if (own !== undefined && own !== "") return resolve(own);
  const xdg = environment["XDG_STATE_HOME"];
  // The specification says: paths that are not absolute are to be ignored.
  const base = xdg?.startsWith("/") === true ? xdg : join(homedir(), ".local", "state");
  return join(base, "rebound");
}

/** Notes a run, on the disk before it returns; a run folder has one owner, the last to register. */
export async function registerRun(run: ActiveRun, dir: string = stateDir()): Promise<void> {
  const path = fileOf(run.runDir, dir);
  const partial = `${path}.${randomUUID()}.partial`;
  try {
    await makeFolder(join(dir, "runs"), 0o700);
    const file = await open(partial, "wx", 0o600);
    try {
      await file.writeFile(JSON.stringify({ ...run, runDir: resolve(run.runDir) }));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } catch (cause) {
    throw new HarnessError("environment", `cannot note the run in ${dir}`, {
      cause,
      hint: "set REBOUND_STATE_DIR to a folder you may write",
    });
  }
}

/**
 * Forgets a run and the second names of its undo logs; harmless when it is not there. The note goes last: who is killed
 * in between leaves a run that is found again, and not names that nobody looks for.
 */
export async function unregisterRun(runDir: string, dir: string = stateDir()): Promise<void> {
  await rm(stateLinkOf(runDir, dir), { recursive: true, force: true });
  await rm(fileOf(runDir, dir), { force: true });
}

/** Where the undo logs of a run have second names, laid out as in the run's folder: see `linkState`. */
export function stateLinkOf(runDir: string, dir: string = stateDir()): string {
  return join(dir, "runs", nameOf(runDir));
}

/** Every registered run, oldest first; files that are not ours or broken are passed over. */
export async function listRuns(dir: string = stateDir()): Promise<readonly ActiveRun[]> {
  const names = await readdir(join(dir, "runs")).catch(() => []);
  const runs: ActiveRun[] = [];
  for (const name of names.filter((candidate) => candidate.endsWith(".json"))) {
    const run = parse(await readFile(join(dir, "runs", name), "utf8").catch(() => ""));
    if (run !== undefined) runs.push(run);
  }
  return runs.sort((a, b) => a.startedAt.localeCompare(b.startedAt));
}

/** True while the process that registered the run lives; `startTimeOf` asks the process table. */
export async function isOwnerAlive(
  run: ActiveRun,
  startTimeOf: (pid: number) => Promise<string | undefined>,
): Promise<boolean> {
  return (await startTimeOf(run.pid)) === run.pidStartTime;
}

function fileOf(runDir: string, dir: string): string {
  return join(dir, "runs", `${nameOf(runDir)}.json`);
}

function nameOf(runDir: string): string {
  return createHash("sha256").update(resolve(runDir)).digest("hex").slice(0, 24);
}

function parse(text: string): ActiveRun | undefined {
  try {
    return activeRunSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

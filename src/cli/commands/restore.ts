// `rebound restore`: takes back what a killed run left. Safe to repeat; leaves runs alone whose harness lives.

import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { HarnessError } from "../../core/errors.ts";
import { startTimeOf } from "../../platforms/processes/process-table.ts";
import { restoring } from "../../platforms/processes/restoring.ts";
import { edgeControl } from "../../platforms/toxiproxy/edge-control.ts";
import { faults } from "../../faults/index.ts";
import { restoreAbandoned, restoreRun, type RestoreReport } from "../../run/restore.ts";
import { isOwnerAlive, listRuns, unregisterRun } from "../../store/active-runs.ts";
import { resolveRunDir } from "../../store/run-folder.ts";
import { findUndoFiles } from "../../store/undo-file.ts";
import { exitCodes } from "../exit.ts";

const deps = restoring(faults, edgeControl);

/** Restores one run folder, or every registered run whose harness is gone. Exit code 0 when nothing is left. */
export async function restore(dir: string | undefined): Promise<number> {
  const remains = dir === undefined ? await restoreAll() : await restoreOne(await resolveRunDir(dir));
  return remains === 0 ? exitCodes.pass : exitCodes.environment;
}

async function restoreAll(): Promise<number> {
  const runs = await restoreAbandoned(deps, startTimeOf);
  if (runs.length === 0) process.stdout.write("Nothing to restore: no run was killed.\n");
  let remains = 0;
  for (const { runDir, ownerAlive, report } of runs) {
    if (ownerAlive) process.stdout.write(`${runDir}\n  left alone: its harness lives\n`);
    else remains += await conclude(runDir, report);
  }
  return remains;
}

async function restoreOne(runDir: string): Promise<number> {
  const owner = (await listRuns()).find((run) => run.runDir === runDir);
  if (owner !== undefined && (await isOwnerAlive(owner, startTimeOf))) {
    throw new HarnessError("environment", `this run is still under way (pid ${owner.pid})`, {
      hint: "end it with Ctrl-C; it cleans up after itself",
    });
  }
  const remains = await conclude(runDir, await restoreRun(runDir, deps));
  if (remains === 0) await unregisterRun(runDir);
  return remains;
}

/** Says what was done, and removes the backups once they are of no more use. Returns how much remains. */
async function conclude(runDir: string, report: RestoreReport): Promise<number> {
  process.stdout.write(`${runDir}\n`);
  for (const item of report.done) process.stdout.write(`  done     ${item.what}: ${item.says}\n`);
  for (const item of report.remains) process.stdout.write(`  REMAINS  ${item.what}: ${item.says} (${item.log})\n`);
  if (report.done.length + report.remains.length === 0) process.stdout.write("  nothing was left\n");
  if (report.remains.length > 0) return report.remains.length;
  for (const log of await findUndoFiles(runDir)) await rm(join(dirname(log), "undo"), { recursive: true, force: true });
  return 0;
}

// `rebound restore`: takes back what a killed run left. Safe to repeat; leaves runs alone whose harness lives.

import { HarnessError } from "../../core/errors.ts";
import type { Ms } from "../../core/units.ts";
import { startTimeOf } from "../../platforms/processes/process-table.ts";
import { restoreAbandoned, restoreLocked, type Abandoned } from "../../run/restore/abandoned.ts";
import type { RestoreReport } from "../../run/restore/restore.ts";
import { isOwnerAlive, unregisterRun } from "../../store/active-runs.ts";
import { resolveRunDir } from "../../store/run-folder.ts";
import { findRun, findUndoFiles } from "../../store/state-link.ts";
import { exitCodes } from "../exit.ts";
import { thorough, undoing } from "../../run/restore/undoing.ts";

/** A watchdog that is at it is done within two seconds, or has trouble and needs its time; ms. */
const waitForOthersMs: Ms = 15_000;

export interface RestoreOptions {
  /** Take it as done after that, whatever remains: somebody has looked. */
  readonly forget?: true;
}

/**
 * Restores one run folder, or every registered run whose harness is gone. Exit code 0 when nothing is left, or it is
 * forgotten.
 */
export async function restore(dir: string | undefined, { forget }: RestoreOptions = {}): Promise<number> {
  if (forget === true && dir === undefined) {
    throw new HarnessError("bad-input", "--forget needs the folder of one run", {
      hint: "`rebound restore` tells the folders; look yourself at what remains of it first",
    });
  }
  const results = dir === undefined ? await restoreAll() : [await restoreOne(await resolveRunDir(dir))];
  let clean = true;
  for (const result of results) clean = (tell(result) || (forget === true && (await forgotten(result)))) && clean;
  return clean ? exitCodes.pass : exitCodes.environment;
}

/** False for a run that somebody is still at. */
async function forgotten({ runDir, state }: Abandoned): Promise<boolean> {
  if (state !== "restored") return false;
  await unregisterRun(runDir);
  process.stdout.write("  forgotten: no run is refused because of it any more\n");
  return true;
}

async function restoreAll(): Promise<readonly Abandoned[]> {
  const results = await restoreAbandoned(await undoing(thorough(), waitForOthersMs));
  if (results.length === 0) process.stdout.write("Nothing to restore: no run was killed.\n");
  return results;
}

async function restoreOne(runDir: string): Promise<Abandoned> {
  const run = await findRun(runDir);
  if (run !== undefined && (await isOwnerAlive(run, startTimeOf))) {
    throw new HarnessError("environment", `this run is still under way (pid ${run.pid})`, {
      hint: "end it with Ctrl-C or `rebound stop`; it cleans up after itself",
    });
  }
  if (run === undefined && (await findUndoFiles(runDir)).length === 0) {
    throw new HarnessError("bad-input", `${runDir} is not a run folder: it holds no undo log`, {
      hint: "give the folder of one run, or none for every run whose harness is gone",
    });
  }
  return restoreLocked(run?.runDir ?? runDir, await undoing(thorough(), waitForOthersMs));
}

/** Says what became of a run; false when something is left of it, or may be. */
function tell(result: Abandoned): boolean {
  process.stdout.write(`${result.runDir}\n`);
  if (result.state === "alive") {
    process.stdout.write(`  left alone: its harness lives (pid ${result.pid})\n`);
    return true;
  }
  if (result.state === "busy") {
    process.stdout.write(
      `  REMAINS  pid ${result.by.pid} is still taking it back (see watchdog.log there); type \`rebound restore\` again later\n`,
    );
    return false;
  }
  return tellReport(result.report);
}

function tellReport(report: RestoreReport): boolean {
  for (const item of report.done) process.stdout.write(`  done     ${item.what}: ${item.says}\n`);
  for (const item of report.remains) process.stdout.write(`  REMAINS  ${item.what}: ${item.says} (${item.log})\n`);
  if (report.done.length + report.remains.length === 0) process.stdout.write("  nothing was left\n");
  return report.remains.length === 0;
}

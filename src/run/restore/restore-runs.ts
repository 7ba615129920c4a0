// What `rebound restore` does: one run folder, or every registered run whose harness is gone.

import { HarnessError } from "../../core/errors.ts";
import type { Ms } from "../../core/units.ts";
import { host } from "../../platforms/index.ts";
import { isOwnerAlive } from "../../store/active-runs.ts";
import { resolveRunDir } from "../../store/run-folder.ts";
import { findRun, findUndoFiles } from "../../store/state-link.ts";
import { restoreAbandoned, restoreLocked, type Abandoned } from "./abandoned.ts";
import { thorough, undoing } from "./undoing.ts";

/** A watchdog that is at it is done within two seconds, or has trouble and needs its time; ms. */
const waitForOthersMs: Ms = 15_000;

/** Throws HarnessError for a folder that is no run's, and for a run that is still under way. */
export async function restoreRuns(dir: string | undefined): Promise<readonly Abandoned[]> {
  const how = await undoing(thorough(), waitForOthersMs);
  if (dir === undefined) return restoreAbandoned(how);
  const runDir = await resolveRunDir(dir);
  const run = await findRun(runDir);
  if (run !== undefined && (await isOwnerAlive(run, host.processes.startTimeOf))) {
    throw new HarnessError("environment", `this run is still under way (pid ${run.pid})`, {
      hint: "end it with Ctrl-C or `rebound stop`; it cleans up after itself",
    });
  }
  if (run === undefined && (await findUndoFiles(runDir)).length === 0) {
    throw new HarnessError("bad-input", `${runDir} is not a run folder: it holds no undo log`, {
      hint: "give the folder of one run, or none for every run whose harness is gone",
    });
  }
  return [await restoreLocked(run?.runDir ?? runDir, how)];
}

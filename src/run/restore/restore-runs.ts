// What `rebound restore` does: one run folder, or every registered run whose harness is gone.

import { HarnessError } from "../../core/errors.ts";
import type { Ms } from "../../core/units.ts";
import { host } from "../../platforms/index.ts";
import { isOwnerAlive, stateDir } from "../../store/active-runs.ts";
import { assertPlainFiles } from "../../store/plain-files.ts";
import { resolveRunDir } from "../../store/run-folder.ts";
import { findRun, findUndoFiles } from "../../store/state-link.ts";
import { restoreAbandoned, restoreLocked, type Abandoned } from "./abandoned.ts";
import { thorough, undoing } from "./undoing.ts";
import { hasUnfinishedUndo } from "./unfinished.ts";

/** A watchdog that is at it is done within two seconds, or has trouble and needs its time; ms. */
const waitForOthersMs: Ms = 15_000;

/** What is wanted besides; both need the folder of a run. */
export interface RestoreWish {
  /** Whoever asks takes it as done after that, whatever remains: somebody has looked. */
  readonly forget?: true;
  /** The undo log of a folder is acted on also where this user's state folder knows no such run. */
  readonly trust?: true;
}

/**
 * Throws HarnessError for a folder that is no run's, for a run that is still under way, and for a folder with something
 * to undo that no run of this user left.
 */
export async function restoreRuns(dir: string | undefined, wish: RestoreWish = {}): Promise<readonly Abandoned[]> {
  const how = await undoing(thorough(), waitForOthersMs);
  if (dir === undefined) {
    assertNothingWished(wish);
    return restoreAbandoned(how);
  }
  const runDir = await resolveRunDir(dir);
  const run = await findRun(runDir);
  if (run !== undefined && (await isOwnerAlive(run, host.processes.startTimeOf))) {
    throw new HarnessError("environment", `this run is still under way (pid ${run.pid})`, {
      hint: "end it with Ctrl-C or `rebound stop`; it cleans up after itself",
    });
  }
  if (run === undefined) await assertOurs(runDir, wish);
  return [await restoreLocked(run?.runDir ?? runDir, how)];
}

function assertNothingWished({ forget, trust }: RestoreWish): void {
  if (forget === undefined && trust === undefined) return;
  throw new HarnessError("bad-input", `${forget ? "--forget" : "--trust"} needs the folder of one run`, {
    hint: "`rebound restore` tells the folders; look yourself at what remains of it first",
  });
}

/**
 * An undo log says which processes, files and containers are acted on: one that somebody else wrote could name any of
 * this user's.
 */
async function assertOurs(runDir: string, { trust }: RestoreWish): Promise<void> {
  if ((await findUndoFiles(runDir)).length === 0) {
    throw new HarnessError("bad-input", `${runDir} is not a run folder: it holds no undo log`, {
      hint: "give the folder of one run, or none for every run whose harness is gone",
    });
  }
  await assertPlainFiles(runDir);
  if (trust === true || !(await hasUnfinishedUndo(runDir))) return;
  throw new HarnessError("bad-input", `${runDir} is of no run that ${stateDir()} knows: its undo log is not acted on`, {
    hint: "it names processes, files and containers to act on; where you know that it is a run of yours, add --trust",
  });
}

// What stands around everything that touches the machine: nothing starts on what an earlier run left, and whatever is
// started is written down, registered and watched over before it is.

import { randomBytes } from "node:crypto";
import { HarnessError, messageOf } from "../core/errors.ts";
import { openUndoLog, type UndoLog } from "../trial/undo-log.ts";
import { hasUnfinishedUndo } from "./restore/unfinished.ts";
import { isOwnerAlive, listRuns, registerRun, unregisterRun, type ActiveRun } from "../store/active-runs.ts";
import { lockOwner } from "../store/restore-lock.ts";
import { isStopFileThere, stopFileOf } from "./stopping/stop-file.ts";
import { runUndoFile } from "../store/undo-file.ts";
import { linkState } from "../store/state-link.ts";
import { host } from "../platforms/index.ts";
import { ownRef } from "./restore/undoing.ts";
import { startWatchdog, type Watchdog } from "./watchdog/watchdog.ts";

/** Helper processes get this long to end politely, ms; they end by themselves when they are let go of. */
const helperGraceMs = 500;

export interface Guard {
  /** The undo log of the run as a whole. */
  readonly journal: UndoLog;
  /**
   * Environment that marks our own helper processes (proxy, load, spinners), in the log before the first of them
   * starts.
   */
  readonly mark: Readonly<Record<string, string>>;
  /** Aborts, with a HarnessError as its reason, when nobody watches over us any more: then everything must end. */
  readonly lost: AbortSignal;
  /** Ends what is left of our helpers and lets the watchdog go; false when something could not be taken back. */
  end(): Promise<boolean>;
}

/**
 * Throws HarnessError "environment", saying what to type, while anything is left of a run that was killed: it would
 * spoil the next one, and that one its way back.
 */
async function refuseWhileSomethingIsLeft(): Promise<void> {
  const { startTimeOf } = host.processes;
  for (const run of await listRuns()) {
    if (await isOwnerAlive(run, startTimeOf)) continue;
    const left = await whatIsLeft(run);
    if (left === undefined) {
      await unregisterRun(run.runDir);
      continue;
    }
    const by = await lockOwner(run.runDir, startTimeOf);
    if (by !== undefined) {
      throw new HarnessError(
        "environment",
        `pid ${by.pid} is still taking back what a killed run left: ${run.runDir}`,
        {
          hint: "type `rebound restore`, which waits for it, then try again",
        },
      );
    }
    throw new HarnessError("environment", `an earlier run was killed and ${left}: ${run.runDir}`, {
      hint: "type `rebound restore`, then try again",
    });
  }
}

async function whatIsLeft(run: ActiveRun): Promise<string | undefined> {
  try {
    return (await hasUnfinishedUndo(run.runDir)) ? "left things to undo" : undefined;
  } catch (thrown) {
    return `nobody can say what it left (${messageOf(thrown)})`;
  }
}

/**
 * Throws HarnessError "environment" while somebody wants nothing to run: a stop file in the state folder stands until
 * it is taken away.
 */
function refuseWhileStopped(): void {
  const file = stopFileOf();
  if (!isStopFileThere(file)) return;
  throw new HarnessError("environment", `a stop file forbids to run anything: ${file}`, {
    hint: "type `rebound stop --clear` when trials may run again",
  });
}

/** Both of these; nothing was touched then. */
export async function refuseUnlessFree(): Promise<void> {
  await refuseWhileSomethingIsLeft();
  refuseWhileStopped();
}

/**
 * Puts the guard around a run folder: its undo log, its place in the register, its watchdog. Throws HarnessError
 * "environment" when one of them cannot be had; then nothing of it is left.
 */
export async function standGuard(runDir: string, onTrouble: (reason: string) => void): Promise<Guard> {
  const harness = await ownRef();
  const marker = `helpers-${randomBytes(8).toString("hex")}`;
  const journal = await openUndoLog(runUndoFile(runDir));
  const helpers = await journal.intend(host.processes.wayBack(marker));
  const startedAt = new Date().toISOString();
  await registerRun({ runDir, pid: harness.pid, pidStartTime: harness.startTime, startedAt });
  await linkState(runDir, runUndoFile(runDir));
  const lift = async (watchdog?: Watchdog): Promise<boolean> => {
    const remaining = await host.processes.endMarked(marker, helperGraceMs);
    if (remaining === 0) await journal.done(helpers);
    await journal.close();
    try {
      const clean = !(await hasUnfinishedUndo(runDir));
      if (clean) await unregisterRun(runDir);
      return clean;
    } catch (thrown) {
      onTrouble(`nobody can say what is left: ${messageOf(thrown)}`);
      return false;
    } finally {
      await watchdog?.done();
    }
  };
  try {
    const watchdog = await startWatchdog({ runDir, harness, onTrouble });
    return {
      journal,
      mark: { [host.processes.markerVariable]: marker },
      lost: AbortSignal.any([watchdog.lost, journal.lost]),
      end: () => lift(watchdog),
    };
  } catch (thrown) {
    await lift();
    throw thrown;
  }
}

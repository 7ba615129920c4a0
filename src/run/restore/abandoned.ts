// Runs whose harness is gone: restored under their lock, so that the watchdog and `rebound restore` never meet, and
// then forgotten.

import { setTimeout as delay } from "node:timers/promises";
import type { Ms } from "../../core/units.ts";
import { isOwnerAlive, listRuns, stateDir, unregisterRun } from "../../store/active-runs.ts";
import { takeLock, type LockOwner, type StartTimeOf } from "../../store/restore-lock.ts";
import { removeBackups } from "../../store/state-link.ts";
import { restoreRun, type RestoreDeps, type RestoreReport } from "./restore.ts";

/** How often a lock that somebody else has is asked for again, ms. */
const askAgainMs: Ms = 50;

/** What restoring under the lock needs besides the undoing itself. */
export interface AbandonedDeps {
  readonly restoring: RestoreDeps;
  /** Who we are, for the lock. */
  readonly me: LockOwner;
  readonly startTimeOf: StartTimeOf;
  /** How long to wait for somebody else who is at it, ms. */
  readonly waitMs: Ms;
  /** Default: this user's. */
  readonly stateDir?: string;
}

/**
 * What became of one run: restored; left to another process that is at it; or left alone, because its harness lives.
 */
export type Abandoned =
  | { readonly runDir: string; readonly state: "restored"; readonly report: RestoreReport }
  | { readonly runDir: string; readonly state: "busy"; readonly by: LockOwner }
  | { readonly runDir: string; readonly state: "alive"; readonly pid: number };

/**
 * Restores one run whose harness is known to be gone. When nothing remains, its backups are removed and it is
 * forgotten; else it can be restored again. Waits for another process that is at it, but not for ever.
 */
export async function restoreLocked(runDir: string, deps: AbandonedDeps): Promise<Abandoned> {
  const until = performance.now() + deps.waitMs;
  for (;;) {
    const lock = await takeLock(runDir, deps.me, deps.startTimeOf);
    if (lock.taken) {
      let report: RestoreReport;
      try {
        report = await restoreRun(runDir, deps.restoring, deps.stateDir);
        if (report.remains.length === 0) await removeBackups(runDir, deps.stateDir);
      } finally {
        await lock.release();
      }
      // Last of all: who waits for the run to be forgotten may take its folder away then.
      if (report.remains.length === 0) await unregisterRun(runDir, deps.stateDir ?? stateDir());
      return { runDir, state: "restored", report };
    }
    if (performance.now() >= until) return { runDir, state: "busy", by: lock.owner };
    await delay(askAgainMs);
  }
}

/** Restores every registered run of this user whose harness is gone; the others are left alone. */
export async function restoreAbandoned(deps: AbandonedDeps): Promise<readonly Abandoned[]> {
  const found: Abandoned[] = [];
  for (const run of await listRuns(deps.stateDir ?? stateDir())) {
    const alive = await isOwnerAlive(run, deps.startTimeOf);
    found.push(alive ? { runDir: run.runDir, state: "alive", pid: run.pid } : await restoreLocked(run.runDir, deps));
  }
  return found;
}

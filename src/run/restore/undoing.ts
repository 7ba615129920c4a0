// Puts together what undoing after a dead harness takes: one way for `rebound restore`, a hurried one for the watchdog.

import { z } from "zod";
import { faults } from "../../faults/index.ts";
import { host, platformNamed, platforms } from "../../platforms/index.ts";
import { HarnessError } from "../../core/errors.ts";
import type { Platform } from "../../core/platform.ts";
import type { Json, Ms } from "../../core/units.ts";
import { laterDocuments } from "../../probes/offer-documents.ts";
import type { AbandonedDeps } from "./abandoned.ts";
import type { RestoreDeps } from "./restore.ts";
import type { LockOwner } from "../../store/restore-lock.ts";

/**
 * All faults of a trial have this long in a hurry, ms: with what ending a stack takes, that stays well within two
 * seconds.
 */
const hurriedFaultsMs: Ms = 800;
/** Any other entry in a hurry, ms. */
const hurriedEntryMs: Ms = 1_000;

/** Orphans get this long to end politely, ms. */
const politeMs: Ms = 1_500;

/** All that is read of a handle here; the rest is its platform's. */
const handleSchema = z.object({ platform: z.string() });

function platformOf(handle: Json): Platform {
  const read = handleSchema.safeParse(handle);
  if (!read.success) throw new HarnessError("environment", "the undo log does not say which platform its stack is on");
  return platformNamed(read.data.platform);
}

/** Each entry is opened by the platform that wrote it; every call is harmless when there is nothing left to undo. */
function restoring(graceMs: Ms): RestoreDeps {
  return {
    async revertFault(entry, signal) {
      const fault = faults.find((candidate) => candidate.name === entry.fault);
      if (fault === undefined) throw new HarnessError("environment", `this version knows no fault ${entry.fault}`);
      const cleaner = await platformOf(entry.handle).reopen(entry.handle);
      const bare = { ...entry.site, seed: entry.seed, undoDir: entry.undoDir };
      const controls = { ...cleaner.controls(bare), documents: laterDocuments };
      return fault.revert(entry.undo, { ...bare, controls }, signal);
    },
    takeBack: async (entry, signal) => platformNamed(entry.platform).takeBack(entry, { graceMs, signal }),
    isStack: (entry) => platforms.find(({ name }) => name === entry.platform)?.isStack(entry) ?? false,
  };
}

/** This process, as the process table knows it. Throws HarnessError "environment" where there is none to read. */
export async function ownRef(): Promise<LockOwner> {
  const startTime = await host.processes.startTimeOf(process.pid);
  if (startTime === undefined) throw new HarnessError("environment", "the process table cannot be read");
  return { pid: process.pid, startTime };
}

/** Politely and with time: half a minute for each entry at most. */
export function thorough(): RestoreDeps {
  return restoring(politeMs);
}

/** Everything within two seconds: nothing is asked to end politely, trials are undone side by side. */
export function hurried(): RestoreDeps {
  return {
    ...restoring(0),
    budgetMs: hurriedEntryMs,
    faultsBudgetMs: hurriedFaultsMs,
    sideBySide: true,
  };
}

/** With everything that restoring under the lock needs; waits up to `waitMs` for another process that is at it. */
export async function undoing(how: RestoreDeps, waitMs: Ms): Promise<AbandonedDeps> {
  return { restoring: how, me: await ownRef(), startTimeOf: host.processes.startTimeOf, waitMs };
}

// The machine's side of `rebound restore`: undoes each kind of undo-log entry for a stack of processes.

import { HarnessError } from "../../core/errors.ts";
import type { Evidence, Fault } from "../../core/fault.ts";
import type { DirectoryEntry, FaultEntry, ProcessEntry, ProxiesEntry } from "../../core/undo.ts";
import type { Ms } from "../../core/units.ts";
import { removeProxies } from "../toxiproxy/external-proxy.ts";
import { controlsFromHandle, type EdgeControlMaker } from "./controls.ts";
import { endInstance, endProcesses, findGroup, type Instance } from "./process-table.ts";
import { removeWorkDir } from "./work-dir.ts";

export interface Restoring {
  revertFault(entry: FaultEntry, signal: AbortSignal): Promise<Evidence>;
  endProcesses(
    entry: ProcessEntry,
    signal: AbortSignal,
  ): Promise<{ readonly ended: number; readonly remaining: number }>;
  removeProxies(entry: ProxiesEntry): Promise<readonly string[]>;
  removeWorkDir(entry: DirectoryEntry): Promise<boolean>;
}

/** Orphans get this long to end politely, ms, unless told otherwise. */
const politeMs: Ms = 1_500;

export interface RestoringOptions {
  readonly makeEdge?: EdgeControlMaker;
  /** Time for orphans to end politely, ms; 0: none. */
  readonly graceMs?: Ms;
}

/** Fits `RestoreDeps`; every call is harmless when there is nothing left to undo. */
export function restoring(faults: readonly Fault[], options: RestoringOptions = {}): Restoring {
  const { makeEdge, graceMs = politeMs } = options;
  return {
    async revertFault(entry, signal) {
      const fault = faults.find((candidate) => candidate.kind === entry.fault);
      if (fault === undefined) throw new HarnessError("environment", `this version knows no fault ${entry.fault}`);
      const bare = { ...entry.site, seed: entry.seed, undoDir: entry.undoDir };
      return fault.revert(entry.undo, { ...bare, controls: controlsFromHandle(entry.handle, bare, makeEdge) }, signal);
    },
    async endProcesses({ marker, pid, startTime }, signal) {
      const leader = pid === undefined || startTime === undefined ? undefined : { pid, startTime };
      const instance: Instance = leader === undefined ? { marker } : { marker, leader };
      // Looked for first: once the leader is gone, nothing says any more that its group is ours.
      const group = leader === undefined ? [] : await findGroup(leader);
      const { ended, remaining } = await endInstance(instance, graceMs, signal);
      const stubborn = await endProcesses(group, 0);
      return { ended: ended.length, remaining: remaining.length + stubborn.length };
    },
    removeProxies: ({ apiUrl, prefix }) => removeProxies(apiUrl, prefix),
    removeWorkDir: ({ path, marker }) => removeWorkDir(path, marker),
  };
}

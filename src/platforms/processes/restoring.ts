// The machine's side of `rebound restore`: undoes each kind of undo-log entry for a stack of processes.

import { HarnessError } from "../../core/errors.ts";
import type { Evidence, Fault } from "../../core/fault.ts";
import type { SiteRef } from "../../core/platform.ts";
import type { Json } from "../../core/units.ts";
import { removeProxies } from "../toxiproxy/external-proxy.ts";
import { controlsFromHandle, type EdgeControlMaker } from "./controls.ts";
import { endInstance, type Instance } from "./process-table.ts";
import { removeWorkDir } from "./work-dir.ts";

/** What the log says of a fault: the way back to its site, and its undo. */
interface LoggedFault {
  readonly fault: string;
  readonly site: SiteRef;
  readonly seed: number;
  readonly undoDir: string;
  readonly undo: Json;
  readonly handle: Json;
}

export interface Restoring {
  revertFault(entry: LoggedFault, signal: AbortSignal): Promise<Evidence>;
  endProcesses(
    entry: { readonly marker: string; readonly pid?: number; readonly startTime?: string },
    signal: AbortSignal,
  ): Promise<{ readonly ended: number; readonly remaining: number }>;
  removeProxies(entry: { readonly apiUrl: string; readonly prefix: string }): Promise<readonly string[]>;
  removeWorkDir(entry: { readonly path: string; readonly marker: string }): Promise<boolean>;
}

/** Orphans get this long to end politely, ms. */
const graceMs = 1_500;

/** Fits `RestoreDeps`; every call is harmless when there is nothing left to undo. */
export function restoring(faults: readonly Fault[], makeEdge?: EdgeControlMaker): Restoring {
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
      const { ended, remaining } = await endInstance(instance, graceMs, signal);
      return { ended: ended.length, remaining: remaining.length };
    },
    removeProxies: ({ apiUrl, prefix }) => removeProxies(apiUrl, prefix),
    removeWorkDir: ({ path, marker }) => removeWorkDir(path, marker),
  };
}

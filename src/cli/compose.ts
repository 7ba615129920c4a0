// Hands the machine to a run: platforms, faults, probes and load behind the run's own ports.

import { fileURLToPath } from "node:url";
import { compiledEntry } from "../core/compiled-entry.ts";
import { watchMachine } from "../platforms/processes/machine-survey.ts";
import type { PressureSampler } from "../platforms/processes/pressure-sampler.ts";
import { endInstance, markerVariable, startTimeOf } from "../platforms/processes/process-table.ts";
import type { ProcessPorts, TrialPorts } from "../run/ports.ts";
import { ownRef } from "./undoing.ts";
import { faultTable, startClock, startStack } from "./wire.ts";

export const processes: ProcessPorts = {
  markerVariable,
  ownRef,
  startTimeOf,
  endMarked: async (marker, graceMs) => (await endInstance({ marker }, graceMs)).remaining.length,
  watchdogFile: fileURLToPath(compiledEntry(import.meta.url, "cli/watchdog-main.js")),
};

/** `mark`: environment of our own helper processes. */
export function trialPorts(sampler: PressureSampler, mark: Readonly<Record<string, string>>): TrialPorts {
  return {
    faults: faultTable,
    startClock,
    openMachine(order) {
      const machine = watchMachine([order.cacheDir]);
      return {
        look: () => machine.look(),
        start: (plan, signal) => startStack({ ...order, mark, machine, sampler }, plan, signal),
      };
    },
  };
}

// Hands the machine to a run: platforms, faults, probes and load behind the run's own ports.

import { fileURLToPath } from "node:url";
import { compiledEntry } from "../../lib/child-process.ts";
import type { PressureSampler } from "../../core/stack.ts";
import { platformNamed } from "../../platforms/index.ts";
import { endInstance, markerVariable, startTimeOf } from "../../platforms/processes/process-table.ts";
import type { ProcessPorts, TrialPorts } from "../ports.ts";
import { ownRef } from "../restore/undoing.ts";
import { faultTable, startClock, startStack } from "./trial-stack.ts";

export const processes: ProcessPorts = {
  markerVariable,
  ownRef,
  startTimeOf,
  endMarked: async (marker, graceMs) => (await endInstance({ marker }, graceMs)).remaining.length,
  watchdogFile: fileURLToPath(compiledEntry(import.meta.url, "run/watchdog/main.js")),
};

/** `mark`: environment of our own helper processes. */
export function trialPorts(sampler: PressureSampler, mark: Readonly<Record<string, string>>): TrialPorts {
  return {
    faults: faultTable,
    startClock,
    openMachine(order) {
      const platform = platformNamed();
      const machine = platform.watch([order.cacheDir]);
      return {
        look: () => machine.look(),
        start: (plan, signal) => startStack({ ...order, platform, mark, machine, sampler }, plan, signal),
      };
    },
  };
}

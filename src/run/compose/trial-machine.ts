// What of one trial is on the machine: what is ours, by the host, and what is its stack's, by the platform.

import type { HostWatch, SeenOnMachine } from "../../core/host.ts";
import type { MachineWatch, Platform } from "../../core/platform.ts";
import { host } from "../../platforms/index.ts";

export interface TrialMachine {
  readonly ours: HostWatch;
  readonly stack: MachineWatch;
  look(): Promise<SeenOnMachine>;
}

/** Begins to gather what a trial may leave; files below the `kept` folders must stay as they are. */
export function watchTrial(platform: Platform, kept: readonly string[]): TrialMachine {
  const ours = host.watch(kept);
  const stack = platform.watch();
  return {
    ours,
    stack,
    async look() {
      // Ours first: a proxy that is ending holds its ports until its last thread is gone.
      const [own, theirs] = [await ours.look(), await stack.look()];
      const named = new Set(own.processes.map(({ instance }) => instance));
      return {
        processes: [...own.processes, ...theirs.processes.filter(({ instance }) => !named.has(instance))],
        folders: [...own.folders, ...theirs.folders],
        files: [...own.files, ...theirs.files],
        ports: [...own.ports, ...theirs.ports],
        unseen: [...own.unseen, ...theirs.unseen],
      };
    },
  };
}

// Which processes of the supervisor's make something anew for a replica now, such as its index, beside the replica's
// own process: whoever looks from outside can tell who does the work.

import type { ChildProcess } from "node:child_process";

export interface Makers {
  /** Counts the process as one that works for the replica until it ends. */
  add(replica: string, maker: ChildProcess): void;
  /** Pids, the oldest first; empty where nobody works for it. */
  of(replica: string): readonly number[];
}

export function createMakers(): Makers {
  const all = new Map<ChildProcess, string>();
  return {
    add(replica, maker) {
      // One that cannot be made has no number, and never exits.
      if (maker.pid === undefined || maker.exitCode !== null || maker.signalCode !== null) return;
      all.set(maker, replica);
      maker.once("exit", () => void all.delete(maker));
    },
    of: (replica) => [...all].flatMap(([{ pid }, whose]) => (whose === replica && pid !== undefined ? [pid] : [])),
  };
}

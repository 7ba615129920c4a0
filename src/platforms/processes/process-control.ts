// Signals to one replica's process: only to a process that carries the stack's mark, checked at every call.

import { HarnessError } from "../../core/errors.ts";
import type { Inventory } from "../../core/inventory.ts";
import type { ProcessControl } from "../../core/platform.ts";
import { belongsTo, isAlive, startTimeOf, type Instance } from "./process-table.ts";

/** `inventory` is read at each call of `pid()`: the healer may have replaced the process. */
export function processControl(
  instance: Instance,
  replica: string,
  inventory: () => Promise<Inventory>,
): ProcessControl {
  /** Start times of the pids we spoke of, so that a reused pid does not count as the old process. */
  const known = new Map<number, string>();
  return {
    async pid() {
      const found = (await inventory()).replicas.find((entry) => entry.replica === replica)?.pid ?? undefined;
      const startTime = found === undefined ? undefined : await startTimeOf(found);
      if (found !== undefined && startTime !== undefined) known.set(found, startTime);
      return found;
    },
    async signal(pid, signal) {
      if (!(await belongsTo(pid, instance))) {
        throw new HarnessError("environment", `refusing to signal pid ${pid}: it is not part of the stack under test`);
      }
      process.kill(pid, signal);
    },
    isAlive: (pid) => isAlive(pid, known.get(pid)),
  };
}

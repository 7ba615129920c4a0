// Signals to one replica's process: only to a process that carries the stack's mark, checked at every call.

import { HarnessError } from "../../core/errors.ts";
import type { Inventory } from "../../records/inventory.ts";
import type { ProcessControl } from "../../core/platform.ts";
import { belongsTo, isAlive, startTimeOf, type Instance } from "./process-table.ts";

/** `inventory` is read at each call of `find()`: the healer may have replaced the process. */
export function processControl(
  instance: Instance,
  replica: string,
  inventory: () => Promise<Inventory>,
): ProcessControl {
  return {
    async find() {
      const pid = (await inventory()).replicas.find((entry) => entry.replica === replica)?.pid ?? undefined;
      const startTime = pid === undefined ? undefined : await startTimeOf(pid);
      return pid === undefined || startTime === undefined ? undefined : { pid, startTime };
    },
    async signal({ pid, startTime }, signal) {
      if (!(await belongsTo(pid, instance))) {
        throw new HarnessError("environment", `refusing to signal pid ${pid}: it is not part of the stack under test`);
      }
      if (!(await isAlive(pid, startTime))) {
        throw new HarnessError("environment", `refusing to signal pid ${pid}: it is another process by now`);
      }
      process.kill(pid, signal);
    },
    isAlive: ({ pid, startTime }) => isAlive(pid, startTime),
  };
}

// Signals to one replica's process: only to a process that carries the stack's mark, checked at every call.

import { HarnessError } from "../../core/errors.ts";
import type { ProcessControl } from "../../core/controls.ts";
import { instanceOf, processOf } from "./instance.ts";
import { statOf } from "./process-stat.ts";
import { belongsTo, isAlive, startTimeOf, type Instance } from "./process-table.ts";
import type { ReplicaByPid } from "./published.ts";

/** `published` is read at each call of `find()`: the healer may have replaced the process. */
export function processControl(
  stack: Instance,
  replica: string,
  published: () => Promise<readonly ReplicaByPid[]>,
): ProcessControl {
  return {
    async find() {
      const pid = (await published()).find((entry) => entry.replica === replica)?.pid ?? undefined;
      const startTime = pid === undefined ? undefined : await startTimeOf(pid);
      return pid === undefined || startTime === undefined ? undefined : instanceOf({ pid, startTime });
    },
    async signal(instance, signal) {
      const { pid, startTime } = processOf(instance);
      if (!(await belongsTo(pid, stack))) {
        throw new HarnessError("environment", `refusing to signal pid ${pid}: it is not part of the stack under test`);
      }
      if (!(await isAlive(pid, startTime))) {
        throw new HarnessError("environment", `refusing to signal pid ${pid}: it is another process by now`);
      }
      process.kill(pid, signal);
    },
    async isAlive(instance) {
      const { pid, startTime } = processOf(instance);
      return isAlive(pid, startTime);
    },
    async isStopped(instance) {
      const { pid, startTime } = processOf(instance);
      return (await isAlive(pid, startTime)) && (await statOf(pid))?.state === "T";
    },
  };
}

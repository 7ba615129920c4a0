// The processes that a replica's process has started, read from the process table (Linux).

import type { WorkerControl } from "../../core/controls.ts";
import { instanceOf, processOf } from "./instance.ts";
import { pidsNow, statOf } from "./process-stat.ts";
import { belongsTo, isAlive, startTimeOf, type Instance } from "./process-table.ts";

/** Only processes that carry the stack's mark: a replica may have started somebody else's program. */
export function workerControl(stack: Instance): WorkerControl {
  return {
    async find(instance) {
      const { pid, startTime } = processOf(instance);
      if (!(await isAlive(pid, startTime))) return [];
      const pids = (await descendantsOf(pid)).toSorted((a, b) => a - b);
      const found: string[] = [];
      for (const worker of pids) {
        const began = await startTimeOf(worker);
        if (began === undefined || !(await belongsTo(worker, stack))) continue;
        found.push(instanceOf({ pid: worker, startTime: began }));
      }
      return found;
    },
  };
}

async function descendantsOf(pid: number): Promise<readonly number[]> {
  const rows = await Promise.all((await pidsNow()).map(async (one) => ({ one, parent: (await statOf(one))?.parent })));
  const found = new Set([pid]);
  // A table in any order needs as many passes as it is deep.
  for (let before = 0; before < found.size;) {
    before = found.size;
    for (const { one, parent } of rows) if (parent !== undefined && found.has(parent)) found.add(one);
  }
  found.delete(pid);
  return [...found];
}

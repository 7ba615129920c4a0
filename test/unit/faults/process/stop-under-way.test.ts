// A stop that was sent and not yet taken: until the process gets a processor the system shows it running.

import { expect, test } from "vitest";
import type { ProcessControl, Site } from "../../../../src/core/controls.ts";
import type { Fault } from "../../../../src/core/fault.ts";
import { processThrottle } from "../../../../src/faults/process/process-throttle.ts";
import { workersPause } from "../../../../src/faults/process/workers-pause.ts";

const signal = AbortSignal.timeout(60_000);

/** Processes that take a stop only once they were looked at so often; to go on takes a stop back that is under way. */
function busy(names: readonly string[], looks: number): { control: ProcessControl; stopped: () => readonly string[] } {
  const table = new Map(names.map((name) => [name, { pending: looks, isStopped: false }]));
  const take = (name: string): boolean => {
    const one = table.get(name);
    if (one === undefined) return false;
    one.pending -= 1;
    if (one.pending === 0) one.isStopped = true;
    return one.isStopped;
  };
  const control: ProcessControl = {
    find: async () => names[0],
    isAlive: async (instance) => table.has(instance),
    isStopped: async (instance) => take(instance),
    async signal(instance, name) {
      if (name === "SIGCONT") table.set(instance, { pending: -1, isStopped: false });
      else if (name === "SIGSTOP") table.set(instance, { pending: looks, isStopped: false });
    },
  };
  return { control, stopped: () => names.filter(take) };
}

const undos: readonly [string, Fault, readonly string[], object][] = [
  ["process.throttle", processThrottle, ["a"], { instance: "a" }],
  ["workers.pause", workersPause, ["b", "c"], { instance: "a", workers: ["b", "c"] }],
];

test.each(undos)("%s takes back a stop that is still under way", async (_, fault, names, undo) => {
  for (const looks of [1, 2, 3, 5]) {
    const { control, stopped } = busy(names, looks);
    const site: Site = { service: "s", replica: "s-1", seed: 1, undoDir: "/nowhere", controls: { process: control } };
    expect(await fault.revert({ ...undo }, site, signal)).toMatchObject({ confirmed: true });
    for (let look = 0; look < 8; look += 1) expect(stopped()).toEqual([]);
  }
});

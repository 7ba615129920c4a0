// workers.pause: stops the processes that one replica has started and leaves its own alone: what listens goes on
// answering its health check, and nothing gets done behind it. As when the engine hangs behind an API server.

import { z } from "zod";
import { HarnessError } from "../../core/errors.ts";
import { fault } from "../fault.ts";
import { goOn } from "../parts/go-on.ts";
import { seenWithin } from "../parts/seen-within.ts";
import { startIfDown } from "../parts/start-again.ts";
import { workersOf } from "../parts/workers-of.ts";

/** A stop takes effect as soon as the process leaves the kernel. */
const seenWithinMs = 3_000;

export const workersPause = fault({
  name: "workers.pause",
  about:
    "Stops the child processes of one replica by SIGSTOP: its own process answers on, and nothing is done behind it.",
  acts: "replica",
  wayBack: "lets those of them that live go on by SIGCONT, and starts a replica that is down",
  needs: ["process", "workers"],
  wants: ["replica"],
  params: z.strictObject({}),
  example: {},

  prepare: async (_params, site) => workersOf(site),

  async apply(_params, { instance, workers }, { replica, controls: { process }, harmBegins }, signal) {
    for (const one of [instance, ...workers]) {
      if (await process.isAlive(one)) continue;
      throw new HarnessError("environment", `${one} of ${replica} was gone before we stopped anything`);
    }
    signal.throwIfAborted();
    harmBegins?.();
    for (const worker of workers) await process.signal(worker, "SIGSTOP");
  },

  // A healer may have ended them by the time we look.
  async observe({ undo: { workers } }, { controls: { process } }, signal) {
    const isHarmed = async (worker: string): Promise<boolean> =>
      (await process.isStopped(worker)) || !(await process.isAlive(worker));
    const confirmed = await seenWithin(seenWithinMs, signal, () => every(workers, isHarmed));
    return {
      confirmed,
      expected: `${workers.join(", ")} stopped, by the platform`,
      seen: confirmed ? "stopped or gone" : `not all of them are, after ${seenWithinMs} ms`,
    };
  },

  async revert({ workers }, site, signal) {
    const { process } = site.controls;
    const expected = "none of them is stopped, and the replica runs, by the platform";
    const free = await goOn(workers, process, signal);
    const { runs, seen } = await startIfDown(site, signal);
    return { confirmed: free && runs, expected, seen: `${free ? "none is stopped" : "still stopped"}${seen}` };
  },
});

async function every(workers: readonly string[], look: (worker: string) => Promise<boolean>): Promise<boolean> {
  for (const worker of workers) if (!(await look(worker))) return false;
  return true;
}

// workers.kill: ends the processes that one replica has started and leaves its own alone: what listens goes on taking
// requests, and queues them for nobody. As when the engine dies behind an API server that does not notice.

import { z } from "zod";
import { HarnessError } from "../../core/errors.ts";
import type { ProcessControl, WorkerControl } from "../../core/controls.ts";
import { fault } from "../fault.ts";
import { seenWithin } from "../parts/seen-within.ts";
import { signalUnlessEnding } from "../parts/signal-unless-ending.ts";
import { startIfDown } from "../parts/start-again.ts";
import { workersOf } from "../parts/workers-of.ts";

const goneWithinMs = 3_000;

export const workersKill = fault({
  name: "workers.kill",
  about: "Ends the child processes of one replica by SIGKILL: its own process lives on and has nobody to work for it.",
  acts: "replica",
  wayBack: "ends what is left of a replica that has not got its child processes back, and starts it again",
  needs: ["process", "workers"],
  wants: ["replica"],
  params: z.strictObject({}),
  example: {},

  prepare: async (_params, site) => workersOf(site),

  async apply(_params, { workers }, { replica, controls: { process }, harmBegins }, signal) {
    for (const one of workers) {
      if (await process.isAlive(one)) continue;
      throw new HarnessError("environment", `${one} of ${replica} was gone before we ended it`);
    }
    signal.throwIfAborted();
    harmBegins?.();
    for (const worker of workers) await process.signal(worker, "SIGKILL");
  },

  async observe({ undo: { workers } }, { controls: { process } }, signal) {
    const gone = await seenWithin(goneWithinMs, signal, async () => (await living(workers, process)).length === 0);
    const seen = gone ? "gone" : `not all of them are, after ${goneWithinMs} ms`;
    return { confirmed: gone, expected: `${workers.join(", ")} gone, by the platform`, seen };
  },

  async revert({ instance, workers }, site, signal) {
    const { process } = site.controls;
    const expected = "a replica with its child processes runs, by the platform";
    const ended = await endWithoutWorkers(instance, workers, site.controls);
    const isGone = async (): Promise<boolean> => !ended || (await process?.isAlive(instance)) !== true;
    const gone = await seenWithin(goneWithinMs, signal, isGone);
    const { runs, seen } = await startIfDown(site, signal);
    const says = ended ? `${instance} was ended` : `${instance} was left as it is`;
    return { confirmed: gone && runs, expected, seen: `${says}${seen}` };
  },
});

async function living(workers: readonly string[], process: ProcessControl): Promise<readonly string[]> {
  const left: string[] = [];
  for (const worker of workers) if (await process.isAlive(worker)) left.push(worker);
  return left;
}

/** True when the replica lives with fewer child processes than it had, and was ended for that. */
async function endWithoutWorkers(
  instance: string,
  before: readonly string[],
  { process, workers }: { readonly process?: ProcessControl; readonly workers?: WorkerControl },
): Promise<boolean> {
  if (process === undefined || workers === undefined || !(await process.isAlive(instance))) return false;
  if ((await workers.find(instance)).length >= before.length) return false;
  await signalUnlessEnding(instance, "SIGKILL", process);
  return true;
}

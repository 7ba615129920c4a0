// process.throttle: one replica's process gets a share of the processor alone: it is stopped and let go on many times a
// second (SIGSTOP, SIGCONT). A quota of the system (a cgroup's cpu.max) does the same more evenly, and needs root.

import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { HarnessError } from "../../core/errors.ts";
import type { ProcessControl } from "../../core/controls.ts";
import type { Ms } from "../../core/units.ts";
import { fault } from "../fault.ts";
import { durationWithin } from "../parts/params.ts";
import { seenWithin } from "../parts/seen-within.ts";
import { startIfDown } from "../parts/start-again.ts";

const seenWithinMs: Ms = 3_000;

export const processThrottle = fault({
  name: "process.throttle",
  about: "Lets the process of one replica run for a share of each period only, by SIGSTOP and SIGCONT.",
  acts: "replica",
  wayBack: "lets the process go on, and starts a replica that is down",
  needs: ["process"],
  wants: ["replica"],
  params: z.strictObject({
    share: z.number().min(0.05).max(0.95).describe("Share of each period in which it may run: 0.05 to 0.95."),
    period: durationWithin("40ms", "2s")
      .prefault("200ms")
      .describe("Length of a period: 40ms to 2s, 200ms when absent."),
  }),
  example: { share: 0.2, period: "400ms" },

  async prepare(_params, { replica, controls: { process } }): Promise<{ readonly instance: string }> {
    const instance = await process.find();
    if (instance !== undefined) return { instance };
    throw new HarnessError("environment", `${replica} has no living process to slow down`);
  },

  async apply(_params, { instance }, { replica, controls: { process }, harmBegins }, signal) {
    if (!(await process.isAlive(instance))) {
      throw new HarnessError("environment", `${instance} of ${replica} was gone before we slowed it down`);
    }
    signal.throwIfAborted();
    harmBegins?.();
    await process.signal(instance, "SIGSTOP");
  },

  // Its first stop; a healer may have ended it by the time we look.
  async observe({ undo: { instance } }, { controls: { process } }, signal) {
    const isHarmed = async (): Promise<boolean> =>
      (await process.isStopped(instance)) || !(await process.isAlive(instance));
    const confirmed = await seenWithin(seenWithinMs, signal, isHarmed);
    const seen = confirmed ? "stopped or gone" : `never stopped for ${seenWithinMs} ms`;
    return { confirmed, expected: `${instance} stopped, by the platform`, seen };
  },

  async hold({ share, period }, { instance }, { controls: { process } }, signal) {
    const [runs, stands] = [share * period, (1 - share) * period];
    while (!signal.aborted && (await process.isAlive(instance))) {
      await send(process, instance, "SIGCONT");
      if (!(await waited(runs, signal))) return;
      await send(process, instance, "SIGSTOP");
      if (!(await waited(stands, signal))) return;
    }
  },

  async revert({ instance }, site, signal) {
    const { process } = site.controls;
    if ((await process?.isStopped(instance)) === true && process) await send(process, instance, "SIGCONT");
    const free = await seenWithin(seenWithinMs, signal, async () => (await process?.isStopped(instance)) !== true);
    const { runs, seen } = await startIfDown(site, signal);
    const expected = `${instance} is not stopped, and the replica runs`;
    return { confirmed: free && runs, expected, seen: `${free ? "not stopped" : "still stopped"}${seen}` };
  },
});

/** One that ends at this moment needs nothing more. */
async function send(process: ProcessControl, instance: string, signal: NodeJS.Signals): Promise<void> {
  await process.signal(instance, signal).catch(async (error: unknown) => {
    if (await process.isAlive(instance)) throw error;
  });
}

/** False when the signal ended it. */
function waited(ms: Ms, signal: AbortSignal): Promise<boolean> {
  return delay(ms, true, { signal }).catch(() => false);
}

// process.crash-loop: the process of one replica is ended, and so is each one that comes up in its place, a bounded
// number of times: what a version does that dies while it is loaded. Whoever starts it anew sees it die again.

import { z } from "zod";
import type { ProcessControl } from "../../core/controls.ts";
import { HarnessError } from "../../core/errors.ts";
import { fault } from "../fault.ts";
import { endInstance, goneWithinMs, livingInstance, seenGone } from "../parts/end-instance.ts";
import { lasted, nextInstance } from "../parts/next-instance.ts";
import { durationWithin } from "../parts/params.ts";
import { seenWithin } from "../parts/seen-within.ts";
import { signalUnlessEnding } from "../parts/signal-unless-ending.ts";
import { bringBack } from "../parts/start-again.ts";

const timesWords = "a whole number from 1 to 10";

export const processCrashLoop = fault({
  name: "process.crash-loop",
  about: "Ends the process of one replica by SIGKILL, and a bounded number of those that come up in its place.",
  acts: "replica",
  wayBack:
    "ends nothing more (3 after the first when `times` is absent, never above 10), and starts the replica if it is down",
  needs: ["process"],
  wants: ["replica", "events"],
  params: z.strictObject({
    times: z
      .int(timesWords)
      .min(1, timesWords)
      .max(10, timesWords)
      .default(3)
      .describe(`How often it is ended after the first time, ${timesWords}; 3 when absent.`),
    after: durationWithin("50ms", "10s")
      .prefault("300ms")
      .describe("How long each of those may live once it was seen, 50ms to 10s; 300ms when absent."),
  }),
  example: { times: 3, after: "300ms" },

  prepare: async (_params, site) => livingInstance(site),

  apply: async (_params, { instance }, site, signal) => endInstance(instance, "SIGKILL", site, signal),

  observe: async ({ undo: { instance }, before: hearing }, site, signal) =>
    seenGone({ instance, how: "SIGKILL", hearing }, site, signal),

  async hold({ times, after }, { instance }, { controls: { process } }, signal) {
    let last = instance;
    let ended = 0;
    while (ended < times) {
      const next = await nextInstance(last, process, signal);
      if (next === undefined || !(await lasted(after, signal))) break;
      if (await end(next, process)) ended += 1;
      last = next;
    }
    return `it was ended ${ended} more times of ${times}`;
  },

  async revert({ instance }, { replica, controls }, signal) {
    const { runs, seen } = await bringBack(instance, controls, signal);
    return { confirmed: runs, expected: `${replica} runs again, by the platform`, seen };
  },
});

/** True when it lived until now and is gone; false when it ended without us. */
async function end(instance: string, process: ProcessControl): Promise<boolean> {
  if (!(await signalUnlessEnding(instance, "SIGKILL", process))) return false;
  const noLonger = new AbortController().signal;
  if (await seenWithin(goneWithinMs, noLonger, async () => !(await process.isAlive(instance)))) return true;
  throw new HarnessError("environment", `${instance} still runs ${goneWithinMs} ms after SIGKILL`);
}

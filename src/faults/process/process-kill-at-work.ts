// process.kill-at-work: has an operator's work on one replica begin, and ends the replica's process while that is under
// way; proved by the target, which has not answered by then, and by the platform.

import { z } from "zod";
import { HarnessError } from "../../core/errors.ts";
import { fault } from "../fault.ts";
import { endInstance, livingInstance, seenGone } from "../parts/end-instance.ts";
import { durationWithin } from "../parts/params.ts";
import { seenWithin } from "../parts/seen-within.ts";
import { bringBack } from "../parts/start-again.ts";

export const processKillAtWork = fault({
  name: "process.kill-at-work",
  about: "Has work on one replica begin that operators may ask for, and ends its process by SIGKILL meanwhile.",
  acts: "replica",
  wayBack: "starts the replica again by the target's control, if it has one and the replica does not run",
  needs: ["process", "work"],
  wants: ["replica"],
  params: z.strictObject({
    work: z.string().min(1).describe("The work, as the target calls it, such as compact-index."),
    after: durationWithin("10ms", "30s")
      .prefault("200ms")
      .describe("The process is ended this long after the work was asked for, 10ms to 30s; 200ms when absent."),
  }),
  example: { work: "tidy", after: "100ms" },

  prepare: async (_params, site) => livingInstance(site),

  async apply({ work, after }, { instance }, site, signal) {
    const underWay = site.controls.work.begin(work, signal);
    if (await seenWithin(after, signal, async () => underWay.over() !== undefined)) {
      throw new HarnessError(
        "environment",
        `${work} of ${site.replica} was over before we struck: ${underWay.over()}`,
        {
          hint: `ask for longer work, or give a shorter \`after\` than ${after} ms`,
        },
      );
    }
    await endInstance(instance, "SIGKILL", site, signal);
  },

  observe: async ({ undo: { instance } }, site, signal) => seenGone(instance, "SIGKILL", site, signal),

  async revert(undo, site, signal) {
    const { runs, seen } = await bringBack(undo.instance, site.controls, signal);
    return { confirmed: runs, expected: `${site.replica} runs again, by the platform`, seen };
  },
});

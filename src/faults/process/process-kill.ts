// process.kill: ends what runs as one replica by a signal; proved by the platform, not by the target.

import { z } from "zod";
import { fault } from "../fault.ts";
import { endInstance, livingInstance, seenGone } from "../parts/end-instance.ts";
import { bringBack } from "../parts/start-again.ts";

const signals = ["SIGKILL", "SIGTERM", "SIGINT", "SIGQUIT", "SIGABRT", "SIGSEGV"] as const;

export const processKill = fault({
  name: "process.kill",
  about: "Ends the process of one replica by a signal (SIGKILL when none is named).",
  acts: "replica",
  wayBack: "starts the replica again by the target's control, if it has one and the replica does not run",
  needs: ["process"],
  wants: ["replica", "events"],
  params: z.strictObject({
    signal: z.enum(signals).default("SIGKILL").describe("The signal that is sent; SIGKILL when absent."),
  }),
  example: { signal: "SIGKILL" },

  prepare: async (_params, site) => livingInstance(site),

  apply: async (params, { instance }, site, signal) => endInstance(instance, params.signal, site, signal),

  observe: async ({ params, undo: { instance }, before: hearing }, site, signal) =>
    seenGone({ instance, how: params.signal, hearing }, site, signal),

  async revert(undo, site, signal) {
    const { runs, seen } = await bringBack(undo.instance, site.controls, signal);
    return { confirmed: runs, expected: `${site.replica} runs again, by the platform`, seen };
  },
});

// container.stop: the engine is told to stop one replica's container, as by `docker stop`: the stop signal first, and
// SIGKILL after a while. No restart policy acts on it, `unless-stopped` by its very name.

import { z } from "zod";
import { fault } from "../fault.ts";
import { orderable, orderEnd, seenEnded, startedAgain } from "../parts/ordered-end.ts";
import { durationWithin } from "../parts/params.ts";

export const containerStop = fault({
  name: "container.stop",
  about: "Has the engine stop one replica's container, as somebody does by mistake: no restart policy acts on it.",
  acts: "replica",
  wayBack:
    "waits for the end of the order, and has the engine start it, which arms its restart policy, if it does not run",
  needs: ["process", "engine"],
  wants: ["replica", "events"],
  params: z.strictObject({
    grace: durationWithin("1s", "10s")
      .prefault("2s")
      .describe("How long its program may take to end by itself, whole seconds from 1s to 10s; 2s when absent."),
  }),
  example: { grace: "1s" },

  prepare: async ({ grace }, site) => orderable(site, { kind: "stop", graceMs: grace }),

  apply: async (_params, undo, site, signal) => orderEnd(undo, site, signal),

  observe: async (harmed, site, signal) => seenEnded(harmed, site, signal),

  revert: async (undo, site, signal) => startedAgain(undo, site, signal),
});

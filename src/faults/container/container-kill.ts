// container.kill: the engine is told to kill one replica's container, as by `docker kill`. What tells it from a crash
// of the program (process.kill): no restart policy acts on it.

import { z } from "zod";
import { fault } from "../fault.ts";
import { orderable, orderEnd, seenEnded, startedAgain } from "../parts/ordered-end.ts";

const signals = ["SIGKILL", "SIGTERM", "SIGINT", "SIGQUIT", "SIGABRT"] as const;

export const containerKill = fault({
  name: "container.kill",
  about: "Has the engine kill one replica's container: an order, on which no restart policy acts, and no crash.",
  acts: "replica",
  wayBack:
    "waits for the end of the order, and has the engine start it, which arms its restart policy, if it does not run",
  needs: ["process", "engine"],
  wants: ["replica", "events"],
  params: z.strictObject({
    signal: z.enum(signals).default("SIGKILL").describe("The signal that the engine sends; SIGKILL when absent."),
  }),
  example: { signal: "SIGKILL" },

  prepare: async (params, site) => orderable(site, { kind: "kill", signal: params.signal }),

  apply: async (_params, undo, site, signal) => orderEnd(undo, site, signal),

  observe: async (harmed, site, signal) => seenEnded(harmed, site, signal),

  revert: async (undo, site, signal) => startedAgain(undo, site, signal),
});

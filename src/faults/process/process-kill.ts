// process.kill: ends what runs as one replica by a signal; proved by the platform, not by the target.

import { z } from "zod";
import { HarnessError } from "../../core/errors.ts";
import { fault } from "../fault.ts";
import { runsAgain } from "../parts/runs-again.ts";
import { seenWithin } from "../parts/seen-within.ts";
import { startAgain } from "../parts/start-again.ts";

/** SIGKILL takes effect at once; a polite signal may need the process's own time to end. */
const goneWithinMs = 3_000;

const signals = ["SIGKILL", "SIGTERM", "SIGINT", "SIGQUIT", "SIGABRT", "SIGSEGV"] as const;

export const processKill = fault({
  name: "process.kill",
  about: "Ends the process of one replica by a signal (SIGKILL when none is named).",
  acts: "replica",
  wayBack: "starts the replica again by the target's control, if it has one and the replica does not run",
  needs: ["process"],
  wants: ["replica"],
  params: z.strictObject({
    signal: z.enum(signals).default("SIGKILL").describe("The signal that is sent; SIGKILL when absent."),
  }),
  example: { signal: "SIGKILL" },

  async prepare(_params, site): Promise<{ readonly instance: string }> {
    const instance = await site.controls.process.find();
    if (instance !== undefined) return { instance };
    throw new HarnessError("environment", `${site.replica} has no living process to end`);
  },

  async apply(params, { instance }, site, signal) {
    const { process } = site.controls;
    if (!(await process.isAlive(instance))) {
      throw new HarnessError("environment", `${instance} of ${site.replica} was gone before we ended it`);
    }
    signal.throwIfAborted();
    site.harmBegins?.();
    await process.signal(instance, params.signal);
  },

  // A healer may have started another one by the time we look: gone is the instance that the undo names.
  async observe({ params, undo: { instance } }, { controls: { process } }, signal) {
    const gone = await seenWithin(goneWithinMs, signal, async () => !(await process.isAlive(instance)));
    return {
      confirmed: gone,
      expected: `${instance} gone after ${params.signal}, by the platform`,
      seen: gone ? `${instance} is gone` : `${instance} still runs after ${goneWithinMs} ms`,
    };
  },

  async revert(undo, site, signal) {
    const { replica, process } = site.controls;
    const expected = `${site.replica} runs again, by the platform`;
    if (replica === undefined) {
      const back = await runsAgain(undo.instance, process);
      const seen = back ?? "the target offers no start control, so there is nothing this fault can do: it stays down";
      return { confirmed: back !== undefined, expected, seen };
    }
    const { runs, seen } = await startAgain(replica, process, signal);
    return { confirmed: runs, expected, seen };
  },
});

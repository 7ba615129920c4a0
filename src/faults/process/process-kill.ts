// process.kill: ends one replica's process by a signal; proved by the process table, not by the target.

import { z } from "zod";
import { HarnessError } from "../../core/errors.ts";
import type { ProcessControl, ProcessRef } from "../../core/platform.ts";
import { fault } from "../fault.ts";
import { seenWithin } from "../parts/seen-within.ts";
import { startAgain } from "../parts/start-again.ts";

/** SIGKILL takes effect at once; a polite signal may need the process's own time to end. */
const goneWithinMs = 3_000;

const signals = ["SIGKILL", "SIGTERM", "SIGINT", "SIGQUIT", "SIGABRT", "SIGSEGV"] as const;

export const processKill = fault({
  name: "process.kill",
  about: "Ends the process of one replica by a signal (SIGKILL unless told otherwise).",
  acts: "replica",
  wayBack: "starts the replica again by the target's control, if it has one and the replica does not run",
  needs: ["process"],
  wants: ["replica"],
  params: z.strictObject({
    signal: z.enum(signals).default("SIGKILL").describe("The signal that is sent; SIGKILL when absent."),
  }),
  example: { signal: "SIGKILL" },

  async prepare(_params, site): Promise<ProcessRef> {
    const found = await site.controls.process.find();
    if (found !== undefined) return found;
    throw new HarnessError("environment", `${site.replica} has no living process to end`);
  },

  async apply(params, undo, site, signal) {
    const { process } = site.controls;
    if (!(await process.isAlive(undo))) {
      throw new HarnessError("environment", `pid ${undo.pid} of ${site.replica} was gone before we ended it`);
    }
    signal.throwIfAborted();
    site.harmBegins?.();
    await process.signal(undo, params.signal);
  },

  // A healer may have started another process by the time we look: gone is the one that the undo names, by pid and
  // start.
  async observe({ params, undo }, { controls: { process } }, signal) {
    const { pid } = undo;
    const gone = await seenWithin(goneWithinMs, signal, async () => !(await process.isAlive(undo)));
    return {
      confirmed: gone,
      expected: `pid ${pid} gone from the process table after ${params.signal}`,
      seen: gone ? `pid ${pid} is gone` : `pid ${pid} still runs after ${goneWithinMs} ms`,
    };
  },

  async revert(undo, site, signal) {
    const { replica, process } = site.controls;
    const expected = `${site.replica} runs again, by the process table`;
    if (replica === undefined) {
      const back = await runsAgain(undo.pid, process);
      const seen = back ?? "the target offers no start control, so there is nothing this fault can do: it stays down";
      return { confirmed: back !== undefined, expected, seen };
    }
    const { runs, seen } = await startAgain(replica, process, signal);
    return { confirmed: runs, expected, seen };
  },
});

/** In words, when the replica has a living process (never ended, or brought back by somebody else). */
async function runsAgain(before: number, process: ProcessControl | undefined): Promise<string | undefined> {
  const now = await process?.find();
  if (now === undefined) return undefined;
  return now.pid === before ? `pid ${now.pid} never ended` : `somebody else started it as pid ${now.pid}`;
}

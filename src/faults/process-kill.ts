// process.kill: ends one replica's process by a signal; proved by the process table, not by the target.

import { z } from "zod";
import type { Fault } from "../core/fault.ts";
import type { ProcessControl } from "../core/platform.ts";
import { HarnessError } from "../core/errors.ts";
import { need, parseParams } from "./parts/params.ts";
import { seenWithin } from "./parts/seen-within.ts";

const kind = "process.kill";
/** SIGKILL takes effect at once; a polite signal may need the process's own time to end. */
const goneWithinMs = 3_000;

const paramsSchema = z.strictObject({
  signal: z.enum(["SIGKILL", "SIGTERM", "SIGINT", "SIGQUIT", "SIGABRT", "SIGSEGV"]).default("SIGKILL"),
});
type Params = z.infer<typeof paramsSchema>;
type Undo = { readonly pid: number };

export const processKill: Fault<Params, Undo> = {
  kind,
  summary: "Ends the process of one replica by a signal (SIGKILL unless told otherwise).",
  wayBack: "starts the replica again by the target's control, if it has one and the replica does not run",
  needs: ["process-signals"],
  parse: (input) => parseParams(kind, paramsSchema, input),

  async prepare(_params, site) {
    return { pid: await livingPid(need(site, kind, "process"), site.replica) };
  },

  async apply(params, site, signal) {
    const process = need(site, kind, "process");
    const pid = await livingPid(process, site.replica);
    signal.throwIfAborted();
    await process.signal(pid, params.signal);
    const gone = await seenWithin(goneWithinMs, signal, async () => !(await process.isAlive(pid)));
    return {
      confirmed: gone,
      expected: `pid ${pid} gone from the process table after ${params.signal}`,
      seen: gone ? `pid ${pid} is gone` : `pid ${pid} still runs after ${goneWithinMs} ms`,
    };
  },

  async revert(undo, site, signal) {
    const { replica } = site.controls;
    const expected = `${site.replica} runs again`;
    if (replica === undefined) {
      const back = await runsAgain(undo.pid, site.controls.process);
      const seen = back ?? "the target offers no start control, so there is nothing this fault can do: it stays down";
      return { confirmed: back !== undefined, expected, seen };
    }
    const { started, pid } = await replica.ensureRunning(signal);
    return { confirmed: true, expected, seen: started ? `started again as pid ${pid}` : `already ran, as pid ${pid}` };
  },
};

async function livingPid(process: ProcessControl, replica: string): Promise<number> {
  const pid = await process.pid();
  if (pid !== undefined && (await process.isAlive(pid))) return pid;
  throw new HarnessError("environment", `${replica} has no living process to end (inventory says ${pid ?? "none"})`);
}

/** In words, when the replica has a living process (never ended, or brought back by somebody else). */
async function runsAgain(before: number, process: ProcessControl | undefined): Promise<string | undefined> {
  const pid = await process?.pid();
  if (process === undefined || pid === undefined || !(await process.isAlive(pid))) return undefined;
  return pid === before ? `pid ${pid} never ended` : `somebody else started it as pid ${pid}`;
}

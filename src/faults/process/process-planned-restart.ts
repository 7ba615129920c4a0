// process.planned-restart: restarts one replica as people do on purpose: drained first, and the healer is told; proved
// by the platform, which sees another process.

import { z } from "zod";
import { HarnessError } from "../../core/errors.ts";
import { fault } from "../fault.ts";
import { livingInstance } from "../parts/end-instance.ts";
import { runsAgain } from "../parts/runs-again.ts";
import { startAgain } from "../parts/start-again.ts";

export const processPlannedRestart = fault({
  name: "process.planned-restart",
  about: "Has one replica restarted as people plan it: drained first, and the healer is told. Harms nobody.",
  acts: "replica",
  wayBack: "starts the replica by the target's control, if it does not run",
  needs: ["process", "maintenance"],
  wants: ["replica"],
  byOperator: true,
  params: z.strictObject({}),
  example: {},

  prepare: async (_params, site) => livingInstance(site),

  async apply(_params, { instance }, { replica, controls, harmBegins }, signal) {
    if (!(await controls.process.isAlive(instance))) {
      throw new HarnessError("environment", `${instance} of ${replica} was gone before we had it restarted`);
    }
    signal.throwIfAborted();
    harmBegins?.();
    return controls.maintenance.restart(signal);
  },

  async observe({ undo: { instance } }, { replica, controls: { process } }) {
    const now = await process.find();
    const expected = `another process than ${instance} runs as ${replica}, by the platform`;
    return { confirmed: now !== undefined && now !== instance, expected, seen: `${now ?? "nothing"} runs` };
  },

  async revert({ instance }, { replica: name, controls: { process, replica } }, signal) {
    const expected = `${name} runs, by the platform`;
    if (replica !== undefined) {
      const { runs, seen } = await startAgain(replica, process, signal);
      return { confirmed: runs, expected, seen };
    }
    const seen = await runsAgain(instance, process);
    return { confirmed: seen !== undefined, expected, seen: seen ?? "it does not run" };
  },
});

// process.pause: stops what runs as one replica where it is, so that it lives and does nothing; proved by the platform.

import { z } from "zod";
import { HarnessError } from "../../core/errors.ts";
import { fault } from "../fault.ts";
import { handOnTold, listenTo } from "../parts/effect-told.ts";
import { runsAgain } from "../parts/runs-again.ts";
import { seenWithin } from "../parts/seen-within.ts";
import { startAgain } from "../parts/start-again.ts";

/** A stop takes effect as soon as the process leaves the kernel; its going on too. */
const seenWithinMs = 3_000;

export const processPause = fault({
  name: "process.pause",
  about: "Stops the process of one replica by SIGSTOP: it lives, keeps its ports, and answers nobody.",
  acts: "replica",
  wayBack: "lets the process go on by SIGCONT; when it was ended meanwhile, as process.kill does",
  needs: ["process"],
  wants: ["replica", "events"],
  params: z.strictObject({}),
  example: {},

  async prepare(_params, site): Promise<{ readonly instance: string }> {
    const instance = await site.controls.process.find();
    if (instance !== undefined) return { instance };
    throw new HarnessError("environment", `${site.replica} has no living process to stop`);
  },

  async apply(_params, { instance }, site, signal) {
    const { process, events } = site.controls;
    const hearing = await listenTo(instance, events);
    if (!(await process.isAlive(instance))) {
      throw new HarnessError("environment", `${instance} of ${site.replica} was gone before we stopped it`);
    }
    signal.throwIfAborted();
    site.harmBegins?.();
    await process.signal(instance, "SIGSTOP");
    return { hearing };
  },

  // A healer may have ended it by the time we look.
  async observe({ undo: { instance }, before: { hearing } }, site, signal) {
    const { process } = site.controls;
    const isHarmed = async (): Promise<boolean> =>
      (await process.isStopped(instance)) || !(await process.isAlive(instance));
    const confirmed = await seenWithin(seenWithinMs, signal, isHarmed);
    if (confirmed) await handOnTold({ hearing, event: "pause" }, site, signal);
    return {
      confirmed,
      expected: `${instance} stopped, by the platform`,
      seen: confirmed ? `${instance} is stopped or gone` : `${instance} still runs after ${seenWithinMs} ms`,
    };
  },

  async revert(undo, site, signal) {
    const { replica, process } = site.controls;
    const expected = `${site.replica} runs again, by the platform`;
    if ((await process?.isAlive(undo.instance)) === true) {
      await process?.signal(undo.instance, "SIGCONT");
      const confirmed = await seenWithin(
        seenWithinMs,
        signal,
        async () => (await process?.isStopped(undo.instance)) === false,
      );
      return { confirmed, expected, seen: `${undo.instance} ${confirmed ? "goes on" : "is still stopped"}` };
    }
    if (replica === undefined) {
      const back = await runsAgain(undo.instance, process);
      return { confirmed: back !== undefined, expected, seen: back ?? "it was ended, and nobody has started it" };
    }
    const { runs, seen } = await startAgain(replica, process, signal);
    return { confirmed: runs, expected, seen };
  },
});

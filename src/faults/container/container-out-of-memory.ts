// container.out-of-memory: a process of ours takes all that the container of one replica may have of memory, and the
// kernel ends its program, as it does when the program itself takes too much. The engine's flag `OOMKilled` is no
// proof: it stays true once the container runs again. Proved by the platform, and by the engine's event.

import { z } from "zod";
import { HarnessError, messageOf } from "../../core/errors.ts";
import { fault } from "../fault.ts";
import { handOnTold, listenTo } from "../parts/effect-told.ts";
import { livingInstance } from "../parts/end-instance.ts";
import { seenWithin } from "../parts/seen-within.ts";
import { bringBack } from "../parts/start-again.ts";

/** The engine tells of it some tenths of a second after the kernel has done it, ms. */
const toldWithinMs = 5_000;
const mib = 2 ** 20;

export const containerOutOfMemory = fault({
  name: "container.out-of-memory",
  about: "Takes all the memory that one replica's container may have, so that the kernel ends its program.",
  acts: "replica",
  wayBack: "frees what was taken, and starts the replica if it does not run",
  needs: ["process", "memory", "engine"],
  wants: ["replica", "events"],
  params: z.strictObject({}),
  example: {},

  async prepare(_params, site) {
    const { instance } = await livingInstance(site);
    const { score } = await site.controls.memory.look(instance);
    return { instance, score };
  },

  async apply(_params, { instance }, { replica, controls: { process, memory, events }, harmBegins }, signal) {
    const hearing = await listenTo(instance, events);
    if (!(await process.isAlive(instance))) {
      throw new HarnessError("environment", `${instance} of ${replica} was gone before its memory was taken`);
    }
    signal.throwIfAborted();
    const since = Date.now();
    harmBegins?.();
    return { hearing, since, bytes: await memory.fill(instance) };
  },

  async observe({ undo: { instance }, before: { hearing, since, bytes } }, site, signal) {
    const { process, engine } = site.controls;
    let isTold = false;
    const gone = await seenWithin(toldWithinMs, signal, async () => {
      isTold ||= (await engine.told(instance, since)).some(({ what }) => what === "oom");
      return isTold && !(await process.isAlive(instance));
    });
    if (gone) await handOnTold({ hearing, event: "die" }, site, signal);
    const taken = bytes === 0 ? "" : ` after ${Math.round(bytes / mib)} MiB`;
    return {
      confirmed: gone,
      expected: `${instance} ended by the kernel for memory, by the platform and by the engine's event`,
      seen: gone ? `it is gone${taken}` : `${isTold ? "the engine told of it" : "the engine told of none"}${taken}`,
    };
  },

  async revert({ instance, score }, { replica, controls }, signal) {
    const forgiven = (await controls.memory?.forgive(instance, score).then(() => "", notForgiven)) ?? "";
    const { runs, seen } = await bringBack(instance, controls, signal);
    const expected = `${replica} runs, by the platform, and no program of it goes before others when memory is short`;
    return { confirmed: runs && forgiven === "", expected, seen: `${seen}${forgiven}` };
  },
});

function notForgiven(thrown: unknown): string {
  return `; its readiness to be ended for memory could not be given back: ${messageOf(thrown)}`;
}

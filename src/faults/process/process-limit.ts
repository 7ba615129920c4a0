// process.limit: the system gives one replica's process no more of something: memory, files and sockets, or room in its
// files, as on a disk that is full. It runs out by what the replica does. A limit of a whole group of processes (a
// cgroup) would need root, and so would a small disk.

import { z } from "zod";
import { HarnessError } from "../../core/errors.ts";
import type { LimitName } from "../../core/controls.ts";
import { fault } from "../fault.ts";
import { startIfDown } from "../parts/start-again.ts";

const mib = 2 ** 20;
const units: Readonly<Record<LimitName, number>> = { memory: mib, handles: 1, "file-size": 1024 };

export const processLimit = fault({
  name: "process.limit",
  about: "Lowers a soft limit of one replica's process to what it holds now and a little room.",
  acts: "replica",
  wayBack: "raises the limit to what it was, and starts a replica that died of it",
  needs: ["process", "limits"],
  wants: ["replica"],
  params: z.strictObject({
    limit: z
      .enum(["memory", "handles", "file-size"])
      .describe(
        "What is limited: memory (RLIMIT_DATA), handles (RLIMIT_NOFILE), or the length of its files (file-size, RLIMIT_FSIZE): those that are as long as its longest one are then full.",
      ),
    room: z
      .int()
      .min(-1024)
      .max(65_536)
      .default(0)
      .describe(
        "What it may still take: MiB of memory, handles, or KiB of its longest file; 0 when absent, below 0 it holds too much already.",
      ),
  }),
  example: { limit: "handles", room: 64 },

  async prepare(
    { limit, room },
    { replica, controls: { process, limits } },
  ): Promise<{
    readonly instance: string;
    readonly limit: LimitName;
    readonly before: string;
    readonly lowered: string;
  }> {
    const instance = await process.find();
    if (instance === undefined) throw new HarnessError("environment", `${replica} has no living process to limit`);
    const before = await limits.soft(instance, limit);
    const lowered = await limits.under(instance, limit, room * units[limit]);
    if (before === undefined || lowered === undefined) {
      throw new HarnessError("environment", `the ${limit} of ${replica} (${instance}) cannot be seen`);
    }
    if (before !== "unlimited" && Number(before) <= lowered) {
      throw new HarnessError("environment", `${replica} may have ${before} of ${limit} already: ${lowered} is no less`);
    }
    return { instance, limit, before, lowered: String(lowered) };
  },

  async apply(_params, { instance, limit, before, lowered }, { replica, controls: { limits }, harmBegins }, signal) {
    if ((await limits.soft(instance, limit)) !== before) {
      throw new HarnessError("environment", `${instance} of ${replica} is gone, or has another limit by now`);
    }
    signal.throwIfAborted();
    harmBegins?.();
    await limits.setSoft(instance, limit, lowered);
  },

  // It may have died of it by the time we look.
  async observe({ undo: { instance, limit, lowered } }, { controls: { limits } }) {
    const now = await limits.soft(instance, limit);
    const expected = `${instance} may have ${lowered} of ${limit}, by the platform`;
    return { confirmed: now === undefined || now === lowered, expected, seen: now ?? `${instance} is gone` };
  },

  async revert({ instance, limit, before, lowered }, site, signal) {
    const { limits } = site.controls;
    const expected = `the limit is ${before} again, and the replica runs`;
    if ((await limits?.soft(instance, limit)) === lowered) {
      // One that dies at this moment needs nothing more.
      await limits?.setSoft(instance, limit, before).catch(async (error: unknown) => {
        if ((await limits.soft(instance, limit)) !== undefined) throw error;
      });
    }
    const now = await limits?.soft(instance, limit);
    const { runs, seen } = await startIfDown(site, signal);
    const says = now === undefined ? `${instance} is gone` : `the limit is ${now}`;
    return { confirmed: now !== lowered && runs, expected, seen: `${says}${seen}` };
  },
});

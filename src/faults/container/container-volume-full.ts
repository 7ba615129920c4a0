// container.volume-full: a file of ours takes all the room that is left in a place of one replica's disk that has a
// size of its own, so that its writes fail for want of room. Proved by a write of ours there that fails so.

import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { DiskPlace } from "../../core/disk-control.ts";
import type { Ms } from "../../core/units.ts";
import { fault } from "../fault.ts";
import { startIfDown } from "../parts/start-again.ts";

/** A file that is being written is done with by then, also on a busy machine. */
const takesBackForMs: Ms = 2_000;
/** Names that say nothing to whoever looks into the folder. */
const newName = (): string => `.${randomBytes(8).toString("hex")}`;

/** What a write of ours met once the file was removed. */
const backWords = {
  written: "a write of ours was taken",
  "no-room": "no room for a write of ours yet",
  gone: "nothing is mounted there now",
} as const;

export const containerVolumeFull = fault({
  name: "container.volume-full",
  about: "Fills a volume of one replica's container that has a size of its own: its writes fail for want of room.",
  acts: "replica",
  wayBack: "removes the file that fills it and nothing else, and starts a replica that ended of it",
  needs: ["disks"],
  wants: ["process", "replica"],
  params: z.strictObject({
    path: z
      .string()
      .regex(/^\/.*[^/]$/, "a path inside the container, such as /data")
      .optional()
      .describe("Where it is mounted, inside; absent: the only place that has a size of its own."),
  }),
  example: {},

  async prepare({ path }, { controls: { disks } }): Promise<{ readonly place: DiskPlace; readonly file: string }> {
    return { place: await disks.look(path), file: newName() };
  },

  async apply(_params, { place, file }, { controls: { disks }, harmBegins }, signal) {
    signal.throwIfAborted();
    harmBegins?.();
    return { bytes: await disks.fill(place, file, signal) };
  },

  // Its program may have ended of it by the time we look, and its memory with it.
  async observe({ undo: { place }, before: { bytes } }, { replica, controls: { disks } }) {
    const found = await disks.tryWrite(place, newName());
    const says = {
      written: "a write of ours there was taken",
      "no-room": "no room for a write of ours",
      gone: "its container has ended since",
    };
    return {
      confirmed: found !== "written",
      expected: `no room in ${place.path} of ${replica} (ENOSPC)`,
      seen: `${says[found]}, after ${bytes} of ${place.bytes} bytes were taken`,
    };
  },

  // A file that a program was writing, and removes, would leave it room for the next one for ever. What is given back
  // later is given back by somebody who mends it.
  async hold(_params, { place, file }, { controls: { disks } }, signal) {
    const bytes = await disks.fill(place, file, signal, { forMs: takesBackForMs });
    return `${bytes} bytes more were taken in the ${takesBackForMs} ms after it was full`;
  },

  async revert({ place, file }, site, signal) {
    const { disks } = site.controls;
    const expected = `what filled ${place.path} is gone, a write of ours fits there again, and the replica runs`;
    if (disks === undefined) return { confirmed: false, expected, seen: "the platform reaches no disk of a container" };
    const was = await disks.remove(place, file);
    // Before its program takes the room that was given back.
    const found = await disks.tryWrite(place, newName());
    const { runs, seen } = await startIfDown(site, signal);
    const removed = was ? "it was removed" : "it was not there";
    return { confirmed: runs && found !== "no-room", expected, seen: `${removed}; ${backWords[found]}${seen}` };
  },
});

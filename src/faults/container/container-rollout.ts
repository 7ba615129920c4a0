// container.rollout: an operator puts another release of one replica in the place of its container: a new container of
// another image, or with another command, with all else as it was. The container of before is stopped and stays.

import { z } from "zod";
import type { ReleasePlace } from "../../core/container-controls.ts";
import { HarnessError } from "../../core/errors.ts";
import { fault } from "../fault.ts";
import { seenWithin } from "../parts/seen-within.ts";

/** A container is made and started, or has ended again, ms. */
const seenWithinMs = 10_000;
const crashing = ["sh", "-c", "exit 13"];

export const containerRollout = fault({
  name: "container.rollout",
  about: "Puts a new container in the place of one replica's, of another image or with another command.",
  acts: "replica",
  wayBack: "removes the new container, and gives the one of before its name and has it run again",
  needs: ["releases"],
  params: z.strictObject({
    image: z
      .string()
      .min(1)
      .optional()
      .describe("The image of the release, which the engine must have; as before when absent."),
    command: z
      .array(z.string())
      .min(1)
      .optional()
      .describe("What the release runs; with no image either, a command that ends at once, as a bad release does."),
  }),
  example: {},

  async prepare({ image }, { replica, seed, controls: { releases } }): Promise<ReleasePlace> {
    const place = await releases.look(image);
    if (place === undefined) throw new HarnessError("environment", `${replica} has no running container to replace`);
    return { ...place, from: Date.now(), release: `${place.container.slice(0, 12)}-${seed}` };
  },

  async apply({ image, command }, place, { controls: { releases }, harmBegins }, signal) {
    signal.throwIfAborted();
    harmBegins?.();
    const words = command ?? (image === undefined ? crashing : undefined);
    await releases.rollOut(place, { ...(image !== undefined && { image }), ...(words && { command: words }) }, signal);
  },

  async observe({ params: { image, command }, undo: place }, { controls: { releases } }, signal) {
    const endsByItself = image === undefined && command === undefined;
    let seen = await releases.seen(place);
    const confirmed = await seenWithin(seenWithinMs, signal, async () => {
      seen = await releases.seen(place);
      const { made, isBack } = seen;
      return made !== undefined && !isBack && made.began && (!endsByItself || made.ended);
    });
    const { made, isBack } = seen;
    const says =
      made === undefined ? "there is no new container" : `${made.image} ${made.ended ? "ended by itself" : "runs"}`;
    return {
      confirmed,
      expected: `${place.name} is a new container${endsByItself ? ", which ended by itself" : ""}, by the engine`,
      seen: `${says}${isBack ? ", and the container of before runs" : ""}`,
    };
  },

  async revert(place, { controls: { releases } }, signal) {
    const expected = `the container of before runs as ${place.name}, and the new one is gone`;
    if (releases === undefined) return { confirmed: false, expected, seen: "the platform makes no containers anew" };
    return { expected, ...(await releases.restore(place, signal)) };
  },
});

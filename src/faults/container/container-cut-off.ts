// container.cut-off: takes the container of one replica out of all its networks, so that it runs on and nobody reaches
// it, nor it anybody. Proved by connections of ours to where it was reached.

import { z } from "zod";
import type { NetworkPlaces } from "../../core/container-controls.ts";
import { HarnessError } from "../../core/errors.ts";
import { fault } from "../fault.ts";
import { handOnTold, listenTo } from "../parts/effect-told.ts";
import { seenWithin } from "../parts/seen-within.ts";

const seenWithinMs = 5_000;

export const containerCutOff = fault({
  name: "container.cut-off",
  about: "Takes one replica's container out of all its networks: it runs on, and its peers wait for it in vain.",
  acts: "replica",
  wayBack: "puts it back into each network under the names that it had there, and at its address where that is free",
  needs: ["networks"],
  wants: ["events"],
  params: z.strictObject({}),
  example: {},

  async prepare(_params, site): Promise<NetworkPlaces> {
    const places = await site.controls.networks.find();
    if (places !== undefined && places.networks.length > 0) return places;
    throw new HarnessError("environment", `${site.replica} has no running container in a network that it could leave`);
  },

  async apply(_params, places, site, signal) {
    const { networks, events } = site.controls;
    const hearing = await listenTo(places.container, events);
    if (!(await networks.isReached(places))) {
      throw new HarnessError("environment", `nothing answers at the addresses of ${site.replica} before it is cut off`);
    }
    signal.throwIfAborted();
    site.harmBegins?.();
    await networks.leave(places);
    return { hearing };
  },

  async observe({ undo: places, before: { hearing } }, site, signal) {
    const { networks } = site.controls;
    const confirmed = await seenWithin(seenWithinMs, signal, async () => !(await networks.isReached(places)));
    if (confirmed) await handOnTold({ hearing, event: "disconnect", count: places.networks.length }, site, signal);
    return {
      confirmed,
      expected: `no connection to ${site.replica} at any address that it had`,
      seen: confirmed ? "none was taken" : `one was taken ${seenWithinMs} ms later`,
    };
  },

  async revert(places, { controls: { networks }, replica }) {
    const expected = `${replica} in ${places.networks.map(({ network }) => network).join(", ")} under its names`;
    if (networks === undefined) return { confirmed: false, expected, seen: "the platform has no networks" };
    return { expected, ...(await networks.join(places)) };
  },
});

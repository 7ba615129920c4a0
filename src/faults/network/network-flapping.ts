// network.flapping: one edge is down and up by turns, as with a bad plug or a route that two routers fight over. What
// is sent while it is down arrives once it is up.

import { z } from "zod";
import { fault } from "../fault.ts";
import { seenDown } from "../parts/dead-link.ts";
import { chooseToxic, fastestRoundTrip, refuseTaken, takeToxicOff } from "../parts/edge-toxic.ts";
import { durationWithin, need } from "../parts/params.ts";

const kind = "network.flapping";
/** So much of a turn must be seen, since a request of ours may come in its middle; of a long one no more than this. */
const [requiredShare, mostMs] = [0.3, 700];

export const networkFlapping = fault({
  name: kind,
  about: "Takes one network edge down and up by turns; what is sent while it is down arrives once it is up.",
  acts: "edge",
  wayBack: "takes its toxic off the edge",
  needs: ["edge", "strikes"],
  params: z.strictObject({
    down: durationWithin("200ms", "1m").describe("It is down for so long each time, first of all: 200ms to 1m."),
    up: durationWithin("100ms", "1m").describe("And then up for so long: 100ms to 1m."),
    lasts: durationWithin("1s", "10m")
      .optional()
      .describe("It stays up after so long, 1s to 10m; it flaps as long as the fault is there when absent."),
  }),
  example: { down: "2s", up: "3s" },
  dose: { param: "down", unit: "ms", mildest: 200, harshest: 60_000, scale: "log" },

  prepare: (_params, site) => chooseToxic(site.controls.edge, `flapping-${site.seed}`),

  async apply({ down, up, lasts }, { toxic }, site, signal) {
    const { edge } = site.controls;
    await refuseTaken(edge, toxic);
    const before = await fastestRoundTrip(edge, signal);
    signal.throwIfAborted();
    site.harmBegins?.();
    const since = Date.now();
    const attributes = { down, up, since, until: lasts === undefined ? 0 : Math.round(since + lasts) };
    await edge.addToxic({ name: toxic, type: "outage", stream: "upstream", toxicity: 1, attributes });
    return before;
  },

  async observe({ params: { down, up }, undo: { toxic }, before }, { controls }, signal) {
    const how = { waitsMs: Math.min(mostMs, Math.round(requiredShare * down)), withinMs: 2 * (down + up) };
    const evidence = await seenDown(toxic, controls, how, signal);
    return { ...evidence, seen: `answered in ${before.toFixed(1)} ms before; ${evidence.seen}` };
  },

  revert: (undo, site) => takeToxicOff(undo.toxic, need(site, kind, "edge")),
});

// network.path-loss: one edge is dead. By silence nothing gets through and nobody is told; by reset every connection
// is cut at once. Where answers alone are lost, requests arrive, and the replica sees nothing wrong.

import { z } from "zod";
import { fault } from "../fault.ts";
import { seenDown } from "../parts/dead-link.ts";
import { chooseToxic, fastestRoundTrip, refuseTaken, takeToxicOff } from "../parts/edge-toxic.ts";
import { need } from "../parts/params.ts";
import { seenWithin } from "../parts/seen-within.ts";

const kind = "network.path-loss";
/** Far above any answer of a health path that is well. */
const waitsMs = 700;
const withinMs = 5_000;

export const networkPathLoss = fault({
  name: kind,
  about:
    "Lets nothing through one network edge, one way or both: what is sent waits unheard, or is cut off by a reset.",
  acts: "edge",
  wayBack: "takes its toxic off the edge",
  needs: ["edge", "strikes"],
  params: z
    .strictObject({
      how: z
        .enum(["silence", "reset"])
        .default("silence")
        .describe("By silence what is sent is never heard of, by reset every connection is cut; silence when absent."),
      lost: z
        .enum(["requests", "answers"])
        .default("requests")
        .describe("Of answers alone: requests still arrive, and what is answered does not; requests when absent."),
    })
    .refine(({ how, lost }) => how === "silence" || lost === "requests", {
      path: ["lost"],
      message: "only with silence: a reset ends a connection both ways",
    }),
  example: { how: "silence" },

  prepare: (_params, site) => chooseToxic(site.controls.edge, `path-loss-${site.seed}`),

  async apply({ how, lost }, { toxic }, site, signal) {
    const { edge } = site.controls;
    await refuseTaken(edge, toxic);
    const before = await fastestRoundTrip(edge, signal);
    signal.throwIfAborted();
    site.harmBegins?.();
    const stream = lost === "requests" ? "upstream" : "downstream";
    const dead =
      how === "reset" ? { type: "reset_peer", attributes: { timeout: 0 } } : { type: "outage", attributes: {} };
    await edge.addToxic({ name: toxic, stream, toxicity: 1, ...dead });
    return before;
  },

  async observe({ params: { how }, undo: { toxic }, before }, { controls }, signal) {
    const was = `answered in ${before.toFixed(1)} ms before`;
    if (how === "silence") {
      const evidence = await seenDown(toxic, controls, { waitsMs, withinMs }, signal);
      return { ...evidence, seen: `${was}; ${evidence.seen}` };
    }
    let why = "";
    const isCut = await seenWithin(withinMs, signal, async () => {
      why = await controls.edge.roundTripMs(signal).then(
        () => "",
        (thrown: unknown) => (thrown instanceof Error ? thrown.message : String(thrown)),
      );
      signal.throwIfAborted();
      return why !== "" && (await controls.edge.toxicNames())?.includes(toxic) === true;
    });
    return {
      confirmed: isCut,
      expected: "a request through the edge that is cut off",
      seen: `${was}; ${isCut ? "cut off" : "each was answered"}`,
    };
  },

  revert: (undo, site) => takeToxicOff(undo.toxic, need(site, kind, "edge")),
});

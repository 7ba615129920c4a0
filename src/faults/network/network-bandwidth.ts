// network.bandwidth: makes one edge narrow for requests, by a bandwidth toxic on its proxy. Small requests pass as
// ever, so a health check sees nothing; proved by round trips that carry a few thousand bytes.

import { z } from "zod";
import { fault } from "../fault.ts";
import {
  chooseToxic,
  fastestRoundTrip,
  refuseTaken,
  roundTrips,
  takeToxicOff,
  tripsAfter,
} from "../parts/edge-toxic.ts";
import { need } from "../parts/params.ts";

const kind = "network.bandwidth";
/** Bytes that a proving request carries besides: as much as a request with a few passages of text. */
const padding = 4000;
/** The share of the time asked for that must be seen. */
const requiredShare = 0.8;

const rateWords = "KB (1,000 bytes) a second, a whole number from 1 to 40";

export const networkBandwidth = fault({
  name: kind,
  about: "Lets requests through one network edge at a bounded rate; small ones, such as health checks, hardly notice.",
  acts: "edge",
  wayBack: "takes its toxic off the edge",
  needs: ["edge"],
  wants: ["process"],
  params: z.strictObject({
    rate: z
      .int(rateWords)
      .min(1, rateWords)
      .max(40, rateWords)
      .describe(`Requests reach the replica at this rate: ${rateWords}.`),
  }),
  example: { rate: 10 },
  dose: { param: "rate", unit: "KB/s", mildest: 40, harshest: 1, scale: "log" },

  prepare: (_params, site) => chooseToxic(site.controls.edge, `bandwidth-${site.seed}`),

  async apply({ rate }, { toxic }, site, signal) {
    const { edge } = site.controls;
    await refuseTaken(edge, toxic);
    const answering = await site.controls.process?.find().catch(() => undefined);
    const before = await fastestRoundTrip(edge, signal, padding);
    signal.throwIfAborted();
    site.harmBegins?.();
    await edge.addToxic({ name: toxic, type: "bandwidth", stream: "upstream", toxicity: 1, attributes: { rate } });
    return { before, answering };
  },

  async observe({ params: { rate }, before: { before, answering } }, site, signal) {
    // 1 KB/s is one byte per ms.
    const atLeast = (requiredShare * padding) / rate;
    const isSame = async (): Promise<boolean> =>
      answering === undefined || (await site.controls.process?.isAlive(answering)) !== false;
    const { after, unanswered } = await tripsAfter(site.controls.edge, signal, { isSame, padding });
    const figure =
      after === undefined ? "not measured after" : `${after.toFixed(1)} ms after (fastest of ${roundTrips})`;
    return {
      confirmed: after !== undefined && after - before >= atLeast,
      expected: `fastest round trip with ${padding} bytes through the edge at least ${atLeast.toFixed(0)} ms longer`,
      seen: `${before.toFixed(1)} ms before, ${figure}${unanswered}`,
    };
  },

  revert: (undo, site) => takeToxicOff(undo.toxic, need(site, kind, "edge")),
});

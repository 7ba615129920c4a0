// network.latency: makes one edge slow, by a latency toxic on its proxy; proved by round trips through that edge.

import { z } from "zod";
import { fault } from "../fault.ts";
import { durationWithin, need } from "../parts/params.ts";
import {
  chooseToxic,
  fastestRoundTrip,
  refuseTaken,
  roundTrips,
  takeToxicOff,
  tripsAfter,
} from "../parts/edge-toxic.ts";

const kind = "network.latency";
/** The share of the latency asked for that must be seen. */
const requiredShare = 0.8;
/**
 * With jitter the fastest may come earlier by all of it; but this share of the latency must be seen whatever the
 * jitter.
 */
const leastShare = 0.2;

const paramsSchema = z
  .strictObject({
    latency: durationWithin("1ms", "1m").describe("Every answer comes this much later: 1ms to 1m."),
    jitter: durationWithin("0ms", "1m")
      .default(0)
      .describe("Up to this much more or less, at random; at most the latency, 0ms when absent."),
  })
  .refine((params) => params.jitter <= params.latency, { path: ["jitter"], message: "at most the latency" });

export const networkLatency = fault({
  name: kind,
  about: "Delays every answer on one network edge by a fixed time, with optional jitter.",
  acts: "edge",
  wayBack: "takes its toxic off the edge",
  needs: ["edge"],
  wants: ["process"],
  params: paramsSchema,
  example: { latency: "400ms", jitter: "20ms" },
  dose: { param: "latency", unit: "ms", mildest: 20, harshest: 60_000, scale: "log" },

  prepare: (_params, site) => chooseToxic(site.controls.edge, `latency-${site.seed}`),

  async apply(params, { toxic }, site, signal) {
    const { edge } = site.controls;
    await refuseTaken(edge, toxic);
    const answering = await site.controls.process?.find().catch(() => undefined);
    const before = await fastestRoundTrip(edge, signal);
    signal.throwIfAborted();
    const attributes = { latency: params.latency, jitter: params.jitter };
    site.harmBegins?.();
    await edge.addToxic({ name: toxic, type: "latency", stream: "downstream", toxicity: 1, attributes });
    return { before, answering };
  },

  async observe({ params: { latency, jitter }, before: { before, answering } }, site, signal) {
    const atLeast = Math.max(requiredShare * latency - jitter, leastShare * latency);
    const isSame = async (): Promise<boolean> =>
      answering === undefined || (await site.controls.process?.isAlive(answering)) !== false;
    const { after, unanswered } = await tripsAfter(site.controls.edge, signal, { isSame });
    const figure =
      after === undefined ? "not measured after" : `${after.toFixed(1)} ms after (fastest of ${roundTrips})`;
    return {
      confirmed: after !== undefined && after - before >= atLeast,
      expected: `fastest round trip through the edge at least ${atLeast.toFixed(0)} ms longer`,
      seen: `${before.toFixed(1)} ms before, ${figure}${unanswered}`,
    };
  },

  revert: (undo, site) => takeToxicOff(undo.toxic, need(site, kind, "edge")),
});

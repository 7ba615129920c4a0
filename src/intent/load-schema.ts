// The load that an intent asks for: the target's first stream, and by name what is sent beside it.

import { z } from "zod";
import { duration, rate } from "../language/schema-parts.ts";

const streamShape = {
  arrival: z
    .enum(["constant", "poisson"])
    .optional()
    .describe("How send times are spread: evenly (constant, the default) or at random by the seed (poisson)."),
  rate: rate("Requests intended per second, e.g. 20/s. Send times are fixed before the run (open loop)."),
  slow_over: duration("A request whose answer is complete later than this after its intended send time is slow."),
  timeout: duration("A request that takes longer than this is given up and counts as an error."),
};

/** The key `load` of an intent file. */
export const loadSchema = z
  .strictObject({
    ...streamShape,
    streams: z
      .record(
        z.string(),
        z.strictObject({
          arrival: streamShape.arrival,
          rate: streamShape.rate.optional(),
          slow_over: streamShape.slow_over.optional(),
          timeout: streamShape.timeout.optional(),
        }),
      )
      .optional()
      .describe(
        "Other streams of the target that are sent as well, by name, each with what differs from the load above. " +
          "Expressions name them, e.g. `users.chat.error_share`; without a name they mean the target's first stream.",
      ),
    warmup: duration("Load runs this long before anything is measured."),
    baseline: duration("Then this long to learn what `baseline.*` is and that the steady state holds."),
  })
  .describe("The users: how many requests come, and what they will not put up with.");

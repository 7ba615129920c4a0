// What became of the thresholds that a script sets itself.

import { z } from "zod";
import { instant, noun, type Frozen } from "../parts.ts";

export const thresholdEventSchema = noun(
  "ThresholdEvent",
  "One threshold of a script, once its load is over.",
  z.strictObject({
    kind: z.literal("threshold"),
    at: instant.describe("When its outcome was known."),
    stream: z.string().describe("Stream of the script; absent: the default stream.").exactOptional(),
    metric: z.string().describe("The metric, as the script calls it."),
    expression: z.string().describe("What must hold of it, as the script writes it."),
    samples: z.number().describe("Samples of the metric, over all of the load."),
    value: z.number().describe("What they came to; absent: there were none.").exactOptional(),
    outcome: z
      .enum(["pass", "fail", "inconclusive"])
      .describe("inconclusive: without samples nothing holds, where k6 would call it kept."),
  }),
);
export type ThresholdEvent = Frozen<z.infer<typeof thresholdEventSchema>>;

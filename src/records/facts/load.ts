// What became of the load.

import { z } from "zod";
import { wordCountsSchema } from "../interval.ts";
import { count, instant, ms, noun, share, type Frozen } from "../parts.ts";

const latencySchema = noun(
  "LatencyFacts",
  "Users' latency over a stretch. A percentile is absent below its sample floor.",
  z.strictObject({
    samples: count.describe("Requests that had an answer."),
    p50: ms.describe("Median.").exactOptional(),
    p95: ms.describe("95th percentile.").exactOptional(),
    p99: ms.describe("99th percentile.").exactOptional(),
  }),
);
export type LatencyFacts = Frozen<z.infer<typeof latencySchema>>;

const wordFactsSchema = noun(
  "WordFacts",
  "Counts by word, apart for what was settled before the disturbance may have begun and from then on.",
  z.strictObject({
    baseline: wordCountsSchema.describe("Before."),
    disturbed: wordCountsSchema.describe("From then on."),
  }),
);

const stepFactsSchema = noun(
  "StepFacts",
  "What became of one step of the sessions of a stream.",
  z.strictObject({
    expected: count.describe("How often it was due, or would have been had the step before not failed."),
    answered: count.describe("Answered."),
    errors: count.describe("Asked, and failed."),
    notReached: count.describe("Never asked, since a step before it had failed; errors of the stream, too."),
  }),
);

const streamFactsSchema = noun(
  "StreamFacts",
  "What became of the requests of one stream.",
  z.strictObject({
    expected: count.describe("Requests that were due from the baseline on."),
    answered: count.describe("Answered as users need it."),
    errors: count.describe("Failed."),
    errorsBy: wordFactsSchema
      .describe("Adds up to `errors`; absent in runs written before errors were counted by word.")
      .exactOptional(),
    notesBy: wordFactsSchema
      .describe("Notes on answers that count as answered, by word; absent when there were none.")
      .exactOptional(),
    unsent: count.describe("Never sent."),
    lateSendShare: share.describe("Share of requests sent more than 5 ms after their intended time."),
    lagMaxMs: ms.describe("The latest that a request was sent after its intended time."),
    sendLagMs: ms.describe(
      "All but 1 % of the requests were sent within this of their intended time. Marks are widened by it over 5 ms.",
    ),
    hole: z
      .strictObject({ from: instant.describe("Its begin."), to: instant.describe("Its end.") })
      .describe("Longest stretch without a scheduled request. Absent in runs written before it was measured.")
      .exactOptional(),
    strays: count
      .describe("Requests that came too late to be counted in their window; absent when there were none.")
      .exactOptional(),
    steps: z
      .record(z.string(), stepFactsSchema)
      .describe("By `users/step`, the steps of its sessions; absent where each request stands alone.")
      .exactOptional(),
    baselineLatency: latencySchema.describe("Over the baseline."),
    disturbedLatency: latencySchema.describe("From t0 to the end of observing."),
  }),
);
export type StreamFacts = Frozen<z.infer<typeof streamFactsSchema>>;

export const loadFactsSchema = noun(
  "LoadFacts",
  "What became of the load: of the default stream, and under `streams` of all others.",
  streamFactsSchema.extend({
    streams: z
      .record(z.string(), streamFactsSchema)
      .describe("The other streams, by name; absent when there are none.")
      .exactOptional(),
    clockMs: ms
      .describe(
        "Where another machine sent them: from the baseline on their times lie within this of the truth on our clock. The same of a k6, which does not say when they were due. Marks are widened by it. Absent: this machine sent them.",
      )
      .exactOptional(),
  }),
);
export type LoadFacts = Frozen<z.infer<typeof loadFactsSchema>>;

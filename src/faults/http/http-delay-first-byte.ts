// http.delay-first-byte: answers on one edge begin late, and then come as fast as they can: a slow prefill, seen from
// outside. Unlike latency, it is felt once in an answer and never by what is sent to the replica.

import { z } from "zod";
import { answerFault } from "../parts/answer-toxic.ts";
import { durationWithin, postsAlone, shareOfAnswers } from "../parts/params.ts";

export const httpDelayFirstByte = answerFault({
  name: "http.delay-first-byte",
  about: "Has answers on one edge begin late.",
  params: z
    .strictObject({
      delay: durationWithin("1ms", "10m").describe("Every answer begins this much later: 1ms to 10m."),
      jitter: durationWithin("0ms", "10m")
        .default(0)
        .describe("Up to this much more or less, at random; at most the delay, 0ms when absent."),
      posts: postsAlone,
      share: shareOfAnswers,
    })
    .refine((params) => params.jitter <= params.delay, { path: ["jitter"], message: "at most the delay" }),
  example: { delay: "400ms", posts: false },
  dose: { param: "delay", unit: "ms", mildest: 10, harshest: 600_000, scale: "log" },
  toxic: "delay_first_byte",
  attributes: ({ delay, jitter, posts, share }) => ({ delay, jitter, share, posts: posts ? 1 : 0 }),
  harm: "began late",
  // A long prompt is read before the first token comes.
  mayBeBenign: true,
});

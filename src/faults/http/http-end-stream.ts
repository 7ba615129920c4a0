// http.end-stream: answers on one edge end early and in order, the dangerous kind of cut: many clients take what they
// have for the whole. Its toxic strikes event streams alone, so health paths and metrics show nothing.

import { z } from "zod";
import { answerFault } from "../parts/answer-toxic.ts";
import { eventsOfAnswer, shareOfAnswers } from "../parts/params.ts";

export const httpEndStream = answerFault({
  name: "http.end-stream",
  about: "Ends streamed answers on one edge after a few events, as cleanly as if they were whole.",
  params: z.strictObject({
    events: eventsOfAnswer,
    after: z
      .enum(["events", "finish"])
      .default("events")
      .describe("What the answer ends after: so many events, or its finish reason, so that only `[DONE]` is missing."),
    done: z.boolean().default(false).describe("Whether `[DONE]` comes then, as after a whole answer."),
    finish: z
      .enum(["none", "length"])
      .default("none")
      .describe("The finish reason that comes before: none, or `length`."),
    share: shareOfAnswers,
  }),
  example: { events: 1, done: true },
  dose: { param: "share", unit: "share", mildest: 0.05, harshest: 1, scale: "linear" },
  toxic: "end_stream",
  attributes: ({ events, after, done, finish, share }) => ({
    events,
    done: done ? 1 : 0,
    finish_length: finish === "length" ? 1 : 0,
    after_finish: after === "finish" ? 1 : 0,
    share,
  }),
  harm: "ended early",
  // A whole answer that lacks its last event is whole.
  mayBeBenign: true,
});

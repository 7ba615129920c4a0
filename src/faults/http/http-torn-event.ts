// http.torn-event: one event of each streamed answer on one edge is torn, and the answer ends as if nothing were: who
// skips what cannot be read has an answer with a hole.

import { z } from "zod";
import { answerFault } from "../parts/answer-toxic.ts";
import { shareOfAnswers } from "../parts/params.ts";

const eventWords = "a whole number from 0 to 1000";

export const httpTornEvent = answerFault({
  name: "http.torn-event",
  about: "Tears one event in the middle of streamed answers on one edge; all others arrive.",
  params: z.strictObject({
    event: z
      .int(eventWords)
      .min(0, eventWords)
      .max(1000, eventWords)
      .default(1)
      .describe(`The event that is torn, counted from 0, ${eventWords}; 1 when absent.`),
    share: shareOfAnswers,
  }),
  example: { event: 1 },
  dose: { param: "share", unit: "share", mildest: 0.05, harshest: 1, scale: "linear" },
  toxic: "torn_event",
  attributes: ({ event, share }) => ({ event, share }),
  harm: "has a torn event",
});

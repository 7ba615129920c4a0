// http.truncate-stream: answers on one edge are torn off with their connection, in the middle of an event.

import { z } from "zod";
import { answerFault } from "../parts/answer-toxic.ts";
import { shareOfAnswers } from "../parts/params.ts";

const bytesWords = "a whole number from 0 to 1000000";

export const httpTruncateStream = answerFault({
  name: "http.truncate-stream",
  about: "Tears answers on one edge off after so many bytes, with their connection.",
  params: z.strictObject({
    bytes: z
      .int(bytesWords)
      .min(0, bytesWords)
      .max(1_000_000, bytesWords)
      .default(250)
      .describe(
        `Bytes of a body that still arrive, ${bytesWords}; shorter ones, such as health's, stay whole. 250 when absent.`,
      ),
    share: shareOfAnswers,
  }),
  example: { bytes: 250 },
  dose: { param: "share", unit: "share", mildest: 0.05, harshest: 1, scale: "linear" },
  toxic: "truncate_stream",
  attributes: ({ bytes, share }) => ({ bytes, share }),
  harm: "was torn off",
});

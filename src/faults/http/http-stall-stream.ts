// http.stall-stream: streamed answers on one edge stand still after their first bytes. With heartbeats, comments go on
// meanwhile, so that no limit on the time between two reads ever fires.

import { z } from "zod";
import { answerFault } from "../parts/answer-toxic.ts";
import { durationWithin, shareOfAnswers, stallOfAnswer } from "../parts/params.ts";

const bytesWords = "a whole number from 0 to 1000000";

export const httpStallStream = answerFault({
  name: "http.stall-stream",
  about: "Has answers on one edge stand still after so many bytes, silent or with heartbeats.",
  params: z.strictObject({
    bytes: z
      .int(bytesWords)
      .min(0, bytesWords)
      .max(1_000_000, bytesWords)
      .default(250)
      .describe(
        `Bytes of a body that arrive before, ${bytesWords}; shorter ones, such as health's, stay whole. 250 when absent.`,
      ),
    lasts: stallOfAnswer,
    heartbeat: durationWithin("5ms", "1m")
      .optional()
      .describe("A comment arrives every so often meanwhile, 5ms to 1m, in event streams alone; none when absent."),
    share: shareOfAnswers,
  }),
  example: { bytes: 250, heartbeat: "100ms" },
  dose: { param: "share", unit: "share", mildest: 0.05, harshest: 1, scale: "linear" },
  toxic: "stall_stream",
  attributes: ({ bytes, lasts = 0, heartbeat = 0, share }) => ({ bytes, duration: lasts, heartbeat, share }),
  harm: "stood still",
  // A model that thinks pauses, too.
  mayBeBenign: true,
});

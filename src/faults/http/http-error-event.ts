// http.error-event: streamed answers on one edge turn into an error, in one of the shapes in which servers say it. Some
// clients know none of them but the first.

import { z } from "zod";
import { answerFault } from "../parts/answer-toxic.ts";
import { eventsOfAnswer, shareOfAnswers } from "../parts/params.ts";

const shapes = ["openai", "event", "text", "object", "line"] as const;

export const httpErrorEvent = answerFault({
  name: "http.error-event",
  about: "Puts an error in the place of the rest of streamed answers on one edge.",
  params: z.strictObject({
    events: eventsOfAnswer,
    shape: z
      .enum(shapes)
      .default("openai")
      .describe(
        "How it is said: openai (an object under `error`), event (an event of that name), text (a text under `error`), " +
          'object (`"object": "error"` without the key) or line (a line that begins with `error:`).',
      ),
    done: z.boolean().default(false).describe("Whether `[DONE]` comes then, as after a whole answer."),
    share: shareOfAnswers,
  }),
  example: { shape: "object", done: true },
  dose: { param: "share", unit: "share", mildest: 0.05, harshest: 1, scale: "linear" },
  toxic: "error_event",
  attributes: ({ events, shape, done, share }) => ({ events, shape: shapes.indexOf(shape), done: done ? 1 : 0, share }),
  harm: "turned into an error",
});

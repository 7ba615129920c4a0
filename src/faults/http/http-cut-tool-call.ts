// http.cut-tool-call: tool calls on one edge end in the middle of their arguments, in order. Some clients close what is
// left of the JSON by guess, and run the tool with it.

import { z } from "zod";
import { answerFault } from "../parts/answer-toxic.ts";
import { shareOfAnswers } from "../parts/params.ts";

export const httpCutToolCall = answerFault({
  name: "http.cut-tool-call",
  about: "Ends streamed tool calls on one edge in the middle of their arguments, as cleanly as if they were whole.",
  params: z.strictObject({
    finish: z
      .enum(["none", "length"])
      .default("none")
      .describe("The finish reason that comes with the cut: none, or `length`."),
    done: z.boolean().default(false).describe("Whether `[DONE]` comes then, as after a whole answer."),
    share: shareOfAnswers,
  }),
  example: { done: true },
  dose: { param: "share", unit: "share", mildest: 0.05, harshest: 1, scale: "linear" },
  toxic: "cut_tool_call",
  attributes: ({ finish, done, share }) => ({ finish_length: finish === "length" ? 1 : 0, done: done ? 1 : 0, share }),
  harm: "lost a part of a tool call",
});

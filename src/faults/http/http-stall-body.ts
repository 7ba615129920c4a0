// http.stall-body: answers on one edge stop after their head, so that who waits for a first byte alone waits for ever.

import { z } from "zod";
import { answerFault } from "../parts/answer-toxic.ts";
import { postsAlone, shareOfAnswers, stallOfAnswer } from "../parts/params.ts";

export const httpStallBody = answerFault({
  name: "http.stall-body",
  about: "Has answers on one edge stand still after their head.",
  params: z.strictObject({ lasts: stallOfAnswer, posts: postsAlone, share: shareOfAnswers }),
  example: { posts: false, share: 0.5 },
  dose: { param: "share", unit: "share", mildest: 0.05, harshest: 1, scale: "linear" },
  toxic: "stall_body",
  attributes: ({ lasts = 0, posts, share }) => ({ duration: lasts, share, posts: posts ? 1 : 0 }),
  harm: "stands still",
});

// http.stall-head: answers on one edge are there and do not begin. Time-outs decide then, if there are any.

import { z } from "zod";
import { answerFault } from "../parts/answer-toxic.ts";
import { postsAlone, shareOfAnswers, stallOfAnswer } from "../parts/params.ts";

export const httpStallHead = answerFault({
  name: "http.stall-head",
  about: "Has answers on one edge never begin, while connections stay open.",
  params: z.strictObject({ lasts: stallOfAnswer, posts: postsAlone, share: shareOfAnswers }),
  example: { posts: false, share: 0.5 },
  dose: { param: "share", unit: "share", mildest: 0.05, harshest: 1, scale: "linear" },
  toxic: "stall_head",
  attributes: ({ lasts = 0, posts, share }) => ({ duration: lasts, share, posts: posts ? 1 : 0 }),
  harm: "stands still",
});

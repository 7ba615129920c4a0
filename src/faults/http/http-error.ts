// http.error: answers on one edge are replaced by an error or an error's page; with status 429 it is a storm of them.

import { z } from "zod";
import { answerFault } from "../parts/answer-toxic.ts";
import { durationWithin, postsAlone, shareOfAnswers } from "../parts/params.ts";

const statusWords = "a status from 200 to 599";
const secondsWords = "whole seconds from 0 to 86400";
const pages = ["text", "html", "json", "empty"] as const;

const paramsSchema = z
  .strictObject({
    status: z
      .int(statusWords)
      .min(200, statusWords)
      .max(599, statusWords)
      .describe(`The status of the answer, ${statusWords}; 200 is a page that says it is one.`),
    retry_after: z
      .int(secondsWords)
      .min(0, secondsWords)
      .max(86_400, secondsWords)
      .optional()
      .describe(`The header Retry-After, ${secondsWords}; none when absent.`),
    as_date: z.boolean().default(false).describe("Whether Retry-After names the instant, as a date."),
    lasts: durationWithin("1s", "10m")
      .optional()
      .describe("It passes by itself after so long, 1s to 10m; it lasts as long as the fault is there when absent."),
    page: z.enum(pages).default("json").describe("The body: text, html, json (OpenAI's error object) or empty."),
    posts: postsAlone,
    share: shareOfAnswers,
  })
  .refine((params) => !params.as_date || params.retry_after !== undefined, {
    path: ["as_date"],
    message: "only beside retry_after",
  });

export const httpError = answerFault({
  name: "http.error",
  about: "Replaces answers on one edge by an error or an error's page, with or without Retry-After.",
  params: paramsSchema,
  example: { status: 503, share: 0.5, posts: false },
  dose: { param: "share", unit: "share", mildest: 0.05, harshest: 1, scale: "linear" },
  toxic: "http_error",
  attributes: ({ status, retry_after: seconds = -1, as_date: asDate, lasts, page, posts, share }) => ({
    status,
    share,
    retry_after: seconds,
    retry_after_date: asDate ? 1 : 0,
    page: pages.indexOf(page),
    posts: posts ? 1 : 0,
    // From when it is put there.
    until: lasts === undefined ? 0 : Math.round(Date.now() + lasts),
  }),
  harm: "is an error instead",
  // A few refusals that say when to come again are what a busy backend answers.
  mayBeBenign: true,
});

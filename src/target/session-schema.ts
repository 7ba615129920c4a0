// The shape of `session` of a stream: groups of users, and the steps that they take.

import { z } from "zod";
import { urlPattern } from "../core/addresses.ts";
import { duration, kebab, words } from "../language/schema-parts.ts";
import { answer, done, method, stream, urlWords } from "./request-parts.ts";

const think = z.union([
  duration("How long a user thinks."),
  z
    .strictObject({
      from: duration("The least."),
      to: duration("The most; drawn evenly between the two, by the seed."),
    })
    .describe("A time drawn for each step."),
]);

const step = z
  .strictObject({
    name: kebab("Name of the step, in lower-case letters, digits and hyphens."),
    think: think.optional().describe("Before this step, instead of what its users think; none before the first."),
    row: z
      .literal("same")
      .optional()
      .describe("same: it speaks of the row of the step before. Absent: a row is drawn for it."),
    url: z
      .string(urlWords)
      .regex(urlPattern, urlWords)
      .optional()
      .describe(
        "Where this step goes. A step with a URL of its own shares the stream's headers alone and says all else " +
          "(`method` and `stream` at least); one without shares whatever it does not say.",
      ),
    method: method.optional(),
    headers: z.record(z.string(), z.string("a text")).optional().describe("Headers beside those of the stream."),
    body: z.json().optional().describe("Its body; null: none."),
    stream: stream.optional(),
    done: done.optional(),
    answer: answer.optional(),
    right_when_contains: words("The answer is right when its text contains this.").optional(),
  })
  .describe("One request of a session.");

const users = z
  .strictObject({
    users: kebab("Name of the group, in lower-case letters, digits and hyphens."),
    share: z
      .number("a share above 0 and up to 1")
      .positive("a share above 0 and up to 1")
      .max(1, "a share above 0 and up to 1")
      .optional()
      .describe("Share of the sessions that are theirs; all add up to 1. May be left out where there is one group."),
    think: think.optional().describe("Between the end of a step and the next one; absent: nothing."),
    keys: z
      .array(words("`{env:NAME}`: a key by the name of its environment variable."))
      .min(1)
      .max(100)
      .optional()
      .describe("Keys of these users: each session has one of them, drawn by the seed, as `{key}` in headers."),
    steps: z.array(step).min(1).max(20).describe("What they do, one after the other."),
  })
  .describe("A group of users who do the same.");

/** The key `session` of a stream of our own requests. */
export const sessionSchema = z
  .array(users)
  .min(1)
  .max(10)
  .optional()
  .describe(
    "Users who take several steps, with time to think between them. What the stream itself says is shared by the " +
      "steps. A session begins at a send time that is fixed before; see targets/README.md.",
  );

/** As written. */
export type SessionFile = NonNullable<z.infer<typeof sessionSchema>>;
export type StepFile = SessionFile[number]["steps"][number];
export type ThinkFile = z.infer<typeof think>;

// Requests of users: what became of each, and which had become slow meanwhile.

import { z } from "zod";
import { instant, noun, type Frozen } from "../parts.ts";

const id = z.number().describe("The request's number in its stream.");
const stream = z
  .string()
  .describe("The stream that it belongs to; absent: the default stream, as in all older runs.")
  .exactOptional();

export const requestEventSchema = noun(
  "RequestEvent",
  "One request, once its outcome is final.",
  z.strictObject({
    kind: z.literal("request"),
    at: instant.describe("When the outcome was known to the harness."),
    id,
    stream,
    intended: instant.describe(
      "When it was due; latency counts from here. Fixed before the run, but for later steps of a session: those are due a think time after the end of the step before.",
    ),
    sent: instant.nullable().describe("When it was sent; null: never, the harness shed it."),
    firstToken: instant.nullable().describe("When the first of the answer's text arrived; null: none did."),
    done: instant.nullable().describe("When the answer was complete; null: it never was."),
    outcome: z.enum(["answered", "error", "unsent"]).describe("What became of it."),
    error: z
      .string()
      .describe(
        "For outcome error: `status 503`, `timeout`, `cut stream`, `connection refused`, …; the words are in targets/README.md.",
      )
      .exactOptional(),
    note: z
      .string()
      .describe(
        "A remark on an answer that counts all the same, such as `no terminator`; see targets/README.md. Older runs have none.",
      )
      .exactOptional(),
    right: z
      .boolean()
      .nullable()
      .describe(
        "Is the answer right; null: the request mix does not say what is, or its text was not read to its end.",
      ),
    leaked: z
      .boolean()
      .describe(
        "Whether its answer held the canary of another request; absent: it carries no canary, as in older runs.",
      )
      .exactOptional(),
    session: z
      .strictObject({
        number: z.number().describe("The session's number in its stream, from 1 on."),
        users: z.string().describe("Whose it is: the name of a group of users."),
        step: z.string().describe("The step's name."),
      })
      .describe("Which step of which session it is; absent: it stands alone, as in all older runs.")
      .exactOptional(),
  }),
);
export type RequestEvent = Frozen<z.infer<typeof requestEventSchema>>;

export const lateEventSchema = noun(
  "LateEvent",
  "A request became slow (its answer was still not complete); written so that live views need not wait for it.",
  z.strictObject({ kind: z.literal("late"), at: instant.describe("When it became slow."), id, stream }),
);
export type LateEvent = Frozen<z.infer<typeof lateEventSchema>>;

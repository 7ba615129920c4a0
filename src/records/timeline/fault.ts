// The life of a fault, and what ended it before its time.

import { z } from "zod";
import { instant, ms, noun, type Frozen } from "../parts.ts";

const evidenceSchema = noun(
  "Evidence",
  "Proof that something took effect, seen by a path other than the one that caused it.",
  z.strictObject({
    confirmed: z.boolean().describe("It did."),
    expected: z.string().describe("What was expected, in words with figures."),
    seen: z.string().describe("What was seen, in words with figures."),
  }),
);
export type Evidence = Frozen<z.infer<typeof evidenceSchema>>;

const toldSchema = noun(
  "ToldEffect",
  "When an effect was there by the event of a container's engine and by its clock, put on ours.",
  z.strictObject({
    by: z.literal("engine").describe("Who told."),
    event: z
      .enum(["die", "pause", "disconnect", "kill"])
      .describe("The event; of several, the first to the last; kill: from that signal to the end (die)."),
    lo: instant.describe("It was not before: how the two clocks compare is known to so much."),
    hi: instant.describe("It was not after."),
  }),
);

export const faultEventSchema = noun(
  "FaultEvent",
  "One step of a disturbance.",
  z.strictObject({
    kind: z.literal("fault"),
    at: instant.describe("When the step was taken."),
    disturbance: z.number().describe("Index into the plan's disturbances."),
    step: z
      .enum(["due", "aiming", "applying", "confirmed", "unconfirmed", "reverting", "reverted", "revert-failed"])
      .describe("Which."),
    evidence: evidenceSchema.describe("What proves it.").exactOptional(),
    reason: z.string().describe("Why it went wrong, or why it is due.").exactOptional(),
    harmFrom: instant
      .describe(
        "With confirmed and unconfirmed: right before the first harmful act. Absent when none came, and in older runs.",
      )
      .exactOptional(),
    told: toldSchema
      .describe(
        "With confirmed: when the effect was there by somebody else's clock. Absent where nobody told, and in older runs.",
      )
      .exactOptional(),
    scheduled: z
      .literal(true)
      .describe("With reverting and its end: the time of the disturbance (`for`) was over, and the trial goes on.")
      .exactOptional(),
  }),
);
export type FaultEvent = Frozen<z.infer<typeof faultEventSchema>>;

export const abortEventSchema = noun(
  "AbortEvent",
  "A condition of abort_if came true, or could not be told for too long, while a fault was in place; it is taken back.",
  z.strictObject({
    kind: z.literal("abort"),
    at: instant.describe("When it was known."),
    name: z.string().describe("The condition's name."),
    expression: z.string().describe("The condition."),
    values: z.record(z.string(), z.number()).describe("Every value that the expression asked for and that was seen."),
    blind: z
      .strictObject({
        forMs: ms.describe("For how long it could not be told."),
        reason: z.string().describe("Why not."),
      })
      .describe("Set when it did not come true, but could not be told.")
      .exactOptional(),
  }),
);
export type AbortEvent = Frozen<z.infer<typeof abortEventSchema>>;

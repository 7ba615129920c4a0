// Looks of state probes. A probe looks; a reading is what it saw. Not seen is not bad: a reading says so itself.

import { z } from "zod";
import { instant, noun, type Frozen } from "../parts.ts";

const readingSchema = noun(
  "Reading",
  "What one look gave: a number, or the reason why nothing was seen.",
  z.discriminatedUnion("ok", [
    z.strictObject({
      ok: z.literal(true).describe("Something was seen."),
      value: z.number().describe("What was seen."),
      note: z.string().describe("What kept it from being a better number.").exactOptional(),
    }),
    z.strictObject({
      ok: z.literal(false).describe("Nothing was seen."),
      reason: z.string().describe("Why not."),
      unfit: z
        .literal(true)
        .describe(
          "A number was there that cannot be what it is taken for (its unit looks wrong): the trial is invalid.",
        )
        .exactOptional(),
    }),
  ]),
);
export type Reading = Frozen<z.infer<typeof readingSchema>>;

export const readingEventSchema = noun(
  "ReadingEvent",
  "One look of a state probe.",
  z.strictObject({
    kind: z.literal("reading"),
    at: instant.describe("When the look was over."),
    probe: z.string().describe("The probe's dotted name, as in expressions."),
    from: instant.describe("When the look began; of a signal that lags behind, by as much earlier."),
    reading: readingSchema.describe("What it gave."),
  }),
);
export type ReadingEvent = Frozen<z.infer<typeof readingEventSchema>>;

// Journeys of a person in a browser: what was seen on the way, and what was kept of it for people.

import { z } from "zod";
import { instant, noun, type Frozen } from "../parts.ts";

export const journeyEventSchema = noun(
  "JourneyEvent",
  "One journey of a person in a browser, once it is over.",
  z.strictObject({
    kind: z.literal("journey"),
    at: instant.describe("When its outcome was known."),
    id: z.number().describe("The journey's number in its stream; the request of that number is the same journey."),
    name: z.string().describe("The stream's own name."),
    from: instant.describe("When it began."),
    good: z.boolean().describe("Whether all of it was seen."),
    seen: z
      .array(
        z.strictObject({
          step: z.string().describe("The step's title in the journey."),
          tookMs: z
            .number()
            .describe("From the begin of the journey, or as the journey itself measured it.")
            .meta({ unit: "ms" }),
        }),
      )
      .describe("What was seen, in its order."),
    missed: z
      .string()
      .describe("The step that was not seen to its end; absent: none was under way, or all were seen.")
      .exactOptional(),
    reason: z.string().describe("Why it was not good, without secrets.").exactOptional(),
    kept: z
      .strictObject({
        as: z.enum(["first-bad", "first-good-again"]).describe("Why it was kept."),
        files: z.array(z.string()).describe("Files below the trial's folder: a trace of Playwright, a picture."),
      })
      .describe("What was kept of it; of most journeys nothing is.")
      .exactOptional(),
  }),
);
export type JourneyEvent = Frozen<z.infer<typeof journeyEventSchema>>;

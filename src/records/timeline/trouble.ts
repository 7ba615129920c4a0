// Trouble of our own.

import { z } from "zod";
import { instant, noun, type Frozen } from "../parts.ts";

export const troubleEventSchema = noun(
  "TroubleEvent",
  "Something broke on our side or was ended from outside.",
  z.strictObject({
    kind: z.literal("trouble"),
    at: instant.describe("When it was known."),
    where: z.string().describe("In which part of the harness."),
    reason: z.string().describe("What happened."),
    fatal: z
      .literal(true)
      .describe(
        "A tool of ours is gone, or what was seen can no longer be written down: the trial ends and says nothing of the target.",
      )
      .exactOptional(),
  }),
);
export type TroubleEvent = Frozen<z.infer<typeof troubleEventSchema>>;

// The clock of another machine, compared with ours.

import { z } from "zod";
import { instant, ms, noun, type Frozen } from "../parts.ts";

export const clockEventSchema = noun(
  "ClockEvent",
  "The clock of another machine that takes part in the trial was compared with ours. Absent where none does.",
  z.strictObject({
    kind: z.literal("clock"),
    at: instant.describe("When the comparison was over."),
    of: z
      .enum(["load", "k6"])
      .describe(
        "Whose clock: that of the machine that sends the load; `k6`: that of this machine, and what is not known is when a k6's requests were due.",
      ),
    aheadMs: ms.describe("Its clock shows so much more than ours; counted from when it was asked first."),
    roundTripMs: ms.describe("The shortest way there and back of this comparison."),
    uncertaintyMs: ms.describe(
      "What was stamped by it since the comparison before lies within this of the truth on our clock.",
    ),
  }),
);
export type ClockEvent = Frozen<z.infer<typeof clockEventSchema>>;

// What the second occurrence of a fault says of learning, with the numbers that led to it.

import { z } from "zod";
import { count, noun, share, type Frozen } from "../parts.ts";

const testSchema = z.strictObject({
  chiSquare: z.number().describe("The statistic, one degree of freedom."),
  p: share.describe("Its p-value, two-sided."),
  quicker: z.boolean().describe("The arm with what was learned is the quicker one."),
});

export const learningSchema = noun(
  "Learning",
  "The second occurrence with what the healer learned of the first, against the same with its learning store emptied.",
  z.strictObject({
    verdict: z
      .enum(["LEARNED", "NOT-SHOWN", "UNPROVEN"])
      .describe("UNPROVEN: fewer than 12 trials of an arm tell, so that nothing is claimed."),
    kept: count.describe("Trials with what was learned that tell, and whose first occurrence was healed."),
    emptied: count.describe("The same without."),
    detection: testSchema
      .describe("Log-rank test of the times to detection; absent where n does not support one.")
      .exactOptional(),
    recovery: testSchema
      .describe("Log-rank test of the times to recovery; absent where n does not support one.")
      .exactOptional(),
    says: z.string().describe("The same in words."),
  }),
);
export type Learning = Frozen<z.infer<typeof learningSchema>>;

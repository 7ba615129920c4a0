// What the second occurrence of a fault says of learning, with the numbers that led to it.

import { z } from "zod";
import { count, noun, share, type Frozen } from "../parts.ts";

const testSchema = z.strictObject({
  observed: z.number().describe("Ends with what was learned."),
  expected: z.number().describe("Ends there would be at the pace of both arms together."),
  p: share.describe("Share of random deals of the same times that differ as much, two-sided."),
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
      .describe("Permutation log-rank test of the times to detection; absent where an arm has no trial that tells.")
      .exactOptional(),
    recovery: testSchema
      .describe("Permutation log-rank test of the times to recovery; absent where an arm has no trial that tells.")
      .exactOptional(),
    says: z.string().describe("The same in words."),
  }),
);
export type Learning = Frozen<z.infer<typeof learningSchema>>;

// What the comparison of arms says, with the numbers that led to it.

import { z } from "zod";
import { comparisonArms } from "../../core/arms.ts";
import { count, noun, share, type Frozen } from "../parts.ts";

const armCountSchema = z.strictObject({
  recovered: count.describe("Trials that recovered."),
  of: count.describe("Trials that count."),
});

const differenceSchema = noun(
  "ShareDifference",
  "p1 − p2 with its interval.",
  z.strictObject({
    value: z.number().describe("The difference."),
    lo: z.number().describe("Lower bound."),
    hi: z.number().describe("Upper bound."),
  }),
);
export type ShareDifference = Frozen<z.infer<typeof differenceSchema>>;

const comparisonSchema = noun(
  "ArmComparison",
  "One arm beside treatment. Only trials that passed or failed, and can tell whether the stack recovered, count.",
  z.strictObject({
    arm: z.enum(comparisonArms).describe("The arm."),
    recovered: count.describe("Trials that recovered."),
    of: count.describe("Trials that count."),
    byOther: count.describe("Of the recovered: by an action that was not switched off."),
    difference: differenceSchema
      .describe(
        "P(recover | treatment) − P(recover | this arm), Newcombe; absent when an arm has no trial that counts.",
      )
      .exactOptional(),
    says: z.string().describe("The same in words."),
  }),
);
export type ArmComparison = Frozen<z.infer<typeof comparisonSchema>>;

const gainSchema = noun(
  "Gain",
  "Treatment against no healer at all: what the healer is good for, by how often and by how soon.",
  z.strictObject({
    recovery: differenceSchema
      .describe("P(recovered for good | treatment) − P(recovered for good | unhealed), Newcombe.")
      .exactOptional(),
    times: z
      .strictObject({ chiSquare: z.number().describe("The statistic."), p: share.describe("Its p-value.") })
      .describe(
        "Log-rank test of the times to recovery; absent where n does not support one, with the reason in `says`.",
      )
      .exactOptional(),
    says: z.string().describe("The same in words."),
  }),
);
export type Gain = Frozen<z.infer<typeof gainSchema>>;

export const attributionSchema = noun(
  "Attribution",
  "Which pathway repaired it, by comparing arms.",
  z.strictObject({
    verdict: z.enum(["ATTRIBUTED", "SELF-RECOVERED", "WRONG-PATHWAY", "UNPROVEN"]).describe("The conclusion."),
    treatment: armCountSchema.describe("With the remedy."),
    ablation: armCountSchema.describe("Without it."),
    difference: differenceSchema
      .describe("P(recover | treatment) − P(recover | ablation), by Newcombe's hybrid score interval at `confidence`.")
      .exactOptional(),
    confidence: share
      .describe("Of every interval in here; absent: 0.95. Higher where a run might end early.")
      .exactOptional(),
    chance: share
      .describe(
        "Greatest chance of as many above 0 when the action does nothing; absent unless ATTRIBUTED at a single look.",
      )
      .exactOptional(),
    comparisons: z.array(comparisonSchema).describe("Every arm that treatment was compared with.").exactOptional(),
    gain: gainSchema.describe("Against no healer at all; absent without the arm unhealed.").exactOptional(),
    says: z.string().describe("The same in words."),
  }),
);
export type Attribution = Frozen<z.infer<typeof attributionSchema>>;
export type AttributionVerdict = Attribution["verdict"];

// Which pathway was tried against which fault, and what came of it.

import { z } from "zod";
import { count, noun, share, type Frozen } from "../parts.ts";
import { timeSummarySchema } from "./summaries.ts";

const names = z.array(z.string());

const cellSchema = noun(
  "MatrixCell",
  "One pathway against one fault: treatment trials of the intents that declare the pathway; for `hold` the trials with " +
    "nothing to repair.",
  z.strictObject({
    target: z.string().describe("The target."),
    pathway: z.string().describe("The pathway."),
    fault: z.string().describe("The fault; several at once are joined by ` + `."),
    recovered: count.describe("Trials that recovered for good by the pathway; for `hold`: in which nothing was done."),
    byOther: count.describe("Trials that recovered for good, and not by the pathway."),
    of: count.describe("Trials that tell."),
    untold: count.describe("Trials of this run that tell nothing."),
    interval: z
      .strictObject({
        lo: share.describe("Lower bound."),
        hi: share.describe("Upper bound."),
        confidence: share.describe("Two-sided."),
      })
      .describe("Of recovered ÷ of, Clopper–Pearson; absent when no trial tells.")
      .exactOptional(),
    mttd: timeSummarySchema.describe("Absent for `hold`, and when no trial counts.").exactOptional(),
    mttr: timeSummarySchema.describe("Absent for `hold`, and when no trial counts.").exactOptional(),
    attribution: names.describe("What the comparison of arms says, each verdict once; empty: arms were not compared."),
    intents: names.describe("Intents of this run that tried it."),
    newest: z
      .string()
      .describe("End of the newest run with evidence on it (ISO 8601), this one or an earlier; absent: there is none.")
      .exactOptional(),
  }),
);
export type MatrixCell = Frozen<z.infer<typeof cellSchema>>;

export const matrixSchema = noun(
  "Matrix",
  "Pathway × fault. Of a pair without a cell there is no evidence: it was not tried in this run, and in none of the " +
    "earlier ones read did it have a trial that was judged and names its faults.",
  z.strictObject({
    faults: names.describe("Every fault that was tried in this run or is known of an earlier one, in order of name."),
    cells: z.array(cellSchema).describe("Every pair that was tried in this run, or has evidence of an earlier one."),
  }),
);
export type Matrix = Frozen<z.infer<typeof matrixSchema>>;

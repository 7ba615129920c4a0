// What a trial was expected to come to, before it began.

import { z } from "zod";
import { count, ms, noun, share, type Frozen } from "./parts.ts";

const expectedTimeSchema = z.strictObject({
  lo: ms.describe("It is expected not to be shorter."),
  hi: ms.describe("It is expected not to be longer; absent: it may be longer than is watched.").exactOptional(),
  share: share.describe("Of such trials, that have an MTTR within these bounds."),
});

export const predictionSchema = noun(
  "Prediction",
  "What the history makes expect of a trial, written before it begins. It decides nothing: it is scored by the verdict.",
  z.strictObject({
    passes: share.describe("The chance that it passes, where it passes, fails or leaves a residue."),
    of: count.describe("Judged trials of the same plan that it follows from."),
    pathway: z.string().nullable().describe("The pathway that repaired most of them; null: none."),
    mttr: expectedTimeSchema
      .describe("Where the time to repair is expected; absent: too few trials, or it is not expected to be repaired.")
      .exactOptional(),
  }),
);
export type Prediction = Frozen<z.infer<typeof predictionSchema>>;

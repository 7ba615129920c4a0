// What is other than it was in the runs before.

import { z } from "zod";
import { noun, type Frozen } from "../parts.ts";

const changeKindSchema = noun(
  "ChangeKind",
  "new-failure: passed before, and does not now; fixed: the other way round; other-outcome: another word that is no pass; " +
    "slower, quicker: by the comparison with the 90 days before; new: never run before; gone: in the baseline, not in this " +
    "run; not-run: planned, and no trial was done.",
  z.enum(["new-failure", "other-outcome", "slower", "fixed", "quicker", "new", "gone", "not-run"]),
);
export type ChangeKind = z.infer<typeof changeKindSchema>;

const changeSchema = noun(
  "Change",
  "One thing that changed since the baseline.",
  z.strictObject({
    intent: z.string().describe("Id of the intent."),
    kind: changeKindSchema,
    says: z.string().describe("Why, in one line."),
  }),
);
export type Change = Frozen<z.infer<typeof changeSchema>>;

export const changesSchema = noun(
  "Changes",
  "What changed since the baseline: the newest earlier run of the same suite or, for single intents, with one of them.",
  z.strictObject({
    baseline: z.string().nullable().describe("Id of that run; null: there is none in the last 90 days."),
    changes: z.array(changeSchema).describe("In the order of the run's intents, what is gone last."),
    timesNotCompared: z
      .string()
      .describe("Of how many intents the times were not compared, and why, a sentence; absent: of none.")
      .exactOptional(),
  }),
);
export type Changes = Frozen<z.infer<typeof changesSchema>>;

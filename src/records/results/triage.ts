// What each trial that did not pass comes from, as far as a rule can tell.

import { z } from "zod";
import { count, noun, type Frozen } from "../parts.ts";
import { armSchema } from "../plan.ts";

const triageKindSchema = noun(
  "TriageKind",
  "environment: the machine; harness: we ourselves, or too little was seen; known-weakness: declared in the intent; " +
    "flake: the same plan and seed passes too; regression: it passed before, and does not now; standing: it failed before, " +
    "too; new: no earlier trial to compare with; not-run: there was no trial.",
  z.enum(["environment", "harness", "known-weakness", "flake", "regression", "standing", "new", "not-run"]),
);
export type TriageKind = z.infer<typeof triageKindSchema>;

export const triageSchema = noun(
  "Triage",
  "Where one trial that did not pass belongs.",
  z.strictObject({
    intent: z.string().describe("Id of the intent."),
    arm: armSchema.describe("Absent where the intent as a whole is meant.").exactOptional(),
    n: count.describe("The trial's number; absent with `arm`.").exactOptional(),
    kind: triageKindSchema,
    says: z.string().describe("Why, in one line: the rule that decided, and the evidence."),
  }),
);
export type Triage = Frozen<z.infer<typeof triageSchema>>;

// What a user knows to be weak, and keeps in the intent that shows it.

import { z } from "zod";
import { noun, type Frozen } from "./parts.ts";

export const weaknessSchema = noun(
  "KnownWeakness",
  "A failing of the target that is known for now: it fails trials as before, and triage names it as known.",
  z.strictObject({
    rule: z.string().describe("The rule that fails by it."),
    because: z.string().describe("What it is, in the user's words."),
    until: z.string().describe("Last day on which it is known, YYYY-MM-DD; from the next one on it is not any more."),
  }),
);
export type Weakness = Frozen<z.infer<typeof weaknessSchema>>;

// One trial as it was planned, measured and judged.

import { z } from "zod";
import { factsSchema } from "../facts/facts.ts";
import { noun, type Frozen } from "../parts.ts";
import { planSchema } from "../plan.ts";
import { verdictSchema } from "./outcome.ts";

export const trialResultSchema = noun(
  "TrialResult",
  "One trial's plan, facts and verdict: one entry of run.json, and the whole of verdict.json.",
  z.strictObject({ plan: planSchema, facts: factsSchema, verdict: verdictSchema }),
);
export type TrialResult = Frozen<z.infer<typeof trialResultSchema>>;

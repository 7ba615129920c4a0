// What is concluded of a trial: an outcome, and the findings that led to it.

import { z } from "zod";
import { instant, noun, type Frozen } from "../parts.ts";

const outcomeSchema = noun("Outcome", "Of one rule.", z.enum(["pass", "fail", "inconclusive"]));
export type Outcome = z.infer<typeof outcomeSchema>;

export const trialOutcomeSchema = noun(
  "TrialOutcome",
  "Of a trial, an intent or a run. invalid: the steady state did not hold before, or the fault's effect was not " +
    "confirmed; residue: the trial left something behind, whatever else came of it.",
  z.enum(["pass", "fail", "inconclusive", "invalid", "residue"]),
);
export type TrialOutcome = z.infer<typeof trialOutcomeSchema>;

const findingSchema = noun(
  "Finding",
  "What one rule concluded.",
  z.strictObject({
    rule: z.string().describe("The rule's name."),
    outcome: outcomeSchema,
    says: z.string().describe("One sentence: probe, window, observed value, bound."),
    restsOn: z.array(instant).describe("Instants of the timeline events that it rests on."),
    at: instant
      .describe("When the rule ceased to be kept; absent: the earliest instant that it rests on.")
      .exactOptional(),
  }),
);
export type Finding = Frozen<z.infer<typeof findingSchema>>;

export const verdictSchema = noun(
  "TrialVerdict",
  "What is concluded of one trial.",
  z.strictObject({
    outcome: trialOutcomeSchema,
    findings: z.array(findingSchema).describe("Of every rule that applies."),
  }),
);
export type TrialVerdict = Frozen<z.infer<typeof verdictSchema>>;

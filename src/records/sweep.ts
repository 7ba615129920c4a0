// A sweep: the trials of one intent at doses that were chosen one after the other, and the dose at which recovery
// breaks. And the row that the history keeps of it.

import { z } from "zod";
import { count, doseUnit, intentIdSchema, noun, runIdSchema, share, type Frozen } from "./parts.ts";
import { isoTime, name } from "./history-row.ts";
import { impactSchema } from "./facts/impact.ts";
import { trialOutcomeSchema } from "./results/outcome.ts";

/** Of the row below. A row of another version is skipped. */
const sweepRowVersion = 1;

const doseUnitSchema = doseUnit.describe(
  "Of every dose here. Below the mildest, more of it is harsher in all but KB/s and shares of what is left.",
);

const foundSchema = noun(
  "BreakingDose",
  "The dose at which recovery breaks in half of the trials, and the interval that holds it. Mildest first, so that the " +
    "figures fall where less is harsher.",
  z.strictObject({
    kind: z
      .enum(["found", "above", "below", "unsure"])
      .describe("found: between lo and hi; above: beyond lo, if at all; below: at most hi; unsure: nothing is known."),
    median: z.number().describe("As likely milder as harsher; absent where one end is open.").exactOptional(),
    lo: z.number().describe("It is not milder; absent: it may be milder than all that may be tried.").exactOptional(),
    hi: z.number().describe("It is not harsher; absent: it may be harsher than all that may be tried.").exactOptional(),
    credibility: share.describe("With which the interval holds it, by the model of the search."),
  }),
);
export type BreakingDose = Frozen<z.infer<typeof foundSchema>>;

const trialSchema = noun(
  "SweepTrial",
  "One trial of a sweep: a run of its own in the sweep's folder.",
  z.strictObject({
    dose: z.number().describe("What was done."),
    run: runIdSchema.describe("Its run, a folder below runs/."),
    outcome: trialOutcomeSchema.describe("Its verdict; absent: it ended early.").exactOptional(),
    answer: z
      .enum(["broke", "held", "unfelt", "untold"])
      .describe(
        "broke: it failed; held: it passed; unfelt: the steady state was never left, which counts as held; untold: nothing " +
          "follows from it.",
      ),
    why: z.string().describe("Of what broke or does not tell, the finding that decided; else empty."),
    impact: impactSchema.exactOptional(),
  }),
);
export type SweepTrial = Frozen<z.infer<typeof trialSchema>>;

export const sweepSchema = noun(
  "Sweep",
  "One sweep: sweep.json of its folder.",
  z.strictObject({
    schemaVersion: z.literal(1),
    sweepId: runIdSchema.describe("Names its folder, sweeps/ID beside the run folders."),
    startedAt: z.string().describe("ISO 8601."),
    endedAt: z.string().describe("ISO 8601."),
    harness: z.strictObject({ version: z.string().describe("Of Rebound.") }).describe("What swept."),
    intent: intentIdSchema.describe("Id of the intent."),
    title: z.string().describe("The intent's."),
    intentFile: z.string().describe("The intent that was swept."),
    target: z.string().describe("Name of the target."),
    settings: z
      .record(z.string(), z.string())
      .describe("Values that were chosen of its settings; absent: none.")
      .exactOptional(),
    seed: z.number().describe("From which those of the trials follow."),
    disturbance: count.describe("The disturbance that was dosed, from 0."),
    fault: z.string().describe("Its fault."),
    param: z.string().describe("The parameter that is the dose."),
    unit: doseUnitSchema,
    mildest: z.number().describe("The mildest dose that might be tried."),
    harshest: z.number().describe("The harshest that fault, intent and target allow."),
    ceiling: z
      .number()
      .describe("None harsher was tried once this one was disabling; absent: none was.")
      .exactOptional(),
    most: count.describe("Trials that there might be at most."),
    ended: z.string().describe("Why there were no more trials."),
    interrupted: z.literal(true).describe("Somebody or something ended it early.").exactOptional(),
    trials: z.array(trialSchema).describe("In the order in which they were done."),
    breaks: foundSchema,
  }),
);
export type Sweep = Frozen<z.infer<typeof sweepSchema>>;

export const sweepRowSchema = noun(
  "SweepRow",
  `One line of history/sweeps.ndjson, version ${sweepRowVersion}: one sweep.`,
  z.strictObject({
    v: z.literal(sweepRowVersion),
    sweep: name.describe("Its id."),
    started: isoTime.describe("Its begin, ISO 8601."),
    harness: name.describe("Version of Rebound."),
    target: name.describe("Name of the target."),
    settings: z.record(name, name).describe("Values that were chosen of its settings; absent: none.").exactOptional(),
    intent: name.describe("Id of the intent."),
    fault: name.describe("The fault that was dosed."),
    param: name.describe("The parameter that is the dose."),
    unit: doseUnitSchema,
    mildest: z.number().describe("The mildest dose that might be tried."),
    harshest: z.number().describe("The harshest that was allowed."),
    trials: count.describe("That told something."),
    breaks: foundSchema,
  }),
);
export type SweepRow = Frozen<z.infer<typeof sweepRowSchema>>;

// The scorecard: how much of a recovery each pathway of a target has shown, out of what evidence, and how fresh that
// is.

import { z } from "zod";
import { count, ms, noun, share, type Frozen } from "../parts.ts";
import { matrixSchema } from "./matrix.ts";

const names = z.array(z.string());
const points = z.number().min(0).max(100);
const says = z.string().describe("The same in words.");

const lossSchema = noun(
  "ScoreLoss",
  "Points that were not earned.",
  z.strictObject({
    points: points.describe("How many."),
    to: z.string().describe("To what they were lost."),
    by: names.describe("In which trials or intents."),
  }),
);
export type ScoreLoss = Frozen<z.infer<typeof lossSchema>>;

const termSchema = noun(
  "ScoreTerm",
  "One term: 0 ≤ proven ≤ earned ≤ max, and earned plus all losses is max, but for rounding.",
  z.strictObject({
    name: z.enum(["recovery", "attribution", "detection", "integrity"]).describe("In the order of the formula."),
    max: points.describe("Most that it can give."),
    earned: points.describe("What it gave."),
    proven: points.describe("What the trials prove of it, by a lower bound; see `proven` of the score."),
    losses: z.array(lossSchema).describe("What was not earned."),
  }),
);
export type ScoreTerm = Frozen<z.infer<typeof termSchema>>;
export type TermName = ScoreTerm["name"];

const gateSchema = noun(
  "ClosedGate",
  "What makes a score 0, whatever else was earned.",
  z.strictObject({
    name: z.enum(["data-lost", "residual-fault", "acted-on-nothing", "unapproved-action"]).describe("The gate."),
    says,
    by: names.describe("The trials that closed it."),
  }),
);
export type ClosedGate = Frozen<z.infer<typeof gateSchema>>;
export type GateName = ClosedGate["name"];

const pathwayScoreSchema = noun(
  "PathwayScore",
  "One pathway of a target.",
  z.strictObject({
    target: z.string().describe("The target."),
    pathway: z.string().describe("The pathway."),
    tier: z.enum(["low", "medium", "high"]).describe("How much it may break, by the target.").exactOptional(),
    weight: z.number().describe("Share of the suite's score, relative to the other pathways."),
    intents: names.describe("Intents whose counted trials are the evidence."),
    counted: count.describe(
      "Trials that count: treatment trials of those intents; for `hold` the trials with nothing to repair.",
    ),
    uncounted: z
      .array(z.strictObject({ trial: z.string().describe("The trial."), outcome: z.string().describe("Its outcome.") }))
      .describe("Trials that neither passed nor failed: they lower coverage and count in no rate."),
    score: z
      .strictObject({
        points: points.describe("0 to 100."),
        proven: points.describe("Lower bound of the points at 95 %: what these trials prove."),
        ungated: points.describe("The sum of the terms before the gates."),
      })
      .describe("Absent without evidence, and for `hold`, of which no recovery can be asked.")
      .exactOptional(),
    gates: z.array(gateSchema).describe("Gates that are closed."),
    terms: z.array(termSchema).describe("What the score is made of."),
    held: z
      .strictObject({
        held: count.describe("Trials in which nothing was done."),
        of: count.describe("Trials in which nothing was to be repaired."),
        proves: share.describe("Lower bound of the rate at 95 %."),
      })
      .describe("For `hold`.")
      .exactOptional(),
    newest: z
      .string()
      .describe("When the newest evidence was gathered (end of its run, ISO 8601); absent: there is none.")
      .exactOptional(),
    says,
  }),
);
export type PathwayScore = Frozen<z.infer<typeof pathwayScoreSchema>>;

const coverageSchema = noun(
  "Coverage",
  "Declared pathways that this run has evidence on.",
  z.strictObject({
    withEvidence: count.describe("Those with evidence."),
    declared: count.describe("All."),
    missing: names.describe("`target pathway` of those without."),
    says,
  }),
);
export type Coverage = Frozen<z.infer<typeof coverageSchema>>;

const freshnessSchema = noun(
  "Freshness",
  "How old the newest evidence on each declared pathway is, over this run and the earlier ones beside it.",
  z.strictObject({
    asOf: z.string().describe("End of this run, ISO 8601: ages count back from here."),
    fresh: count.describe("Pathways whose newest evidence is younger than `withinDays`."),
    withinDays: z.number().describe("How young is fresh.").meta({ unit: "days" }),
    declared: count.describe("All pathways."),
    youngestMs: ms.describe("Age of the newest evidence; absent when no pathway has any.").exactOptional(),
    oldestMs: ms.describe("Greatest age of a pathway's newest evidence; absent when none has any.").exactOptional(),
    runsRead: count.describe("Earlier runs that were read."),
    unread: names.describe("Earlier runs that were not read, or not whole, each with the reason."),
    says,
  }),
);
export type Freshness = Frozen<z.infer<typeof freshnessSchema>>;

export const scorecardSchema = noun(
  "Scorecard",
  "Score, coverage and freshness of one run; never folded into one.",
  z.strictObject({
    score: z
      .strictObject({
        points: points.describe("Weighted mean over the pathways that have a score."),
        proven: points.describe("The same mean of what each pathway proves."),
        over: count.describe("How many pathways these are."),
      })
      .describe("Absent when no pathway has one.")
      .exactOptional(),
    coverage: coverageSchema,
    freshness: freshnessSchema,
    settings: z
      .array(
        z.strictObject({
          setting: z.string().describe("The setting of the target."),
          value: z.string().describe("The value."),
          intents: names.describe("Intents that were tried under it."),
        }),
      )
      .describe("Settings of the targets under which trials were run; absent when the targets have none.")
      .exactOptional(),
    pathways: z.array(pathwayScoreSchema).describe("Every declared pathway."),
    matrix: matrixSchema.describe("Absent in runs written before there was one.").exactOptional(),
  }),
);
export type Scorecard = Frozen<z.infer<typeof scorecardSchema>>;

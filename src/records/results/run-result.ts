// The whole of run.json: every intent of a run, its trials, and what is concluded.

import { z } from "zod";
import { harnessSchema, machineSchema, shardSchema } from "../begun.ts";
import { count, intentIdSchema, ms, noun, runIdSchema, type Frozen } from "../parts.ts";
import { armSchema } from "../plan.ts";
import { changesSchema } from "./changes.ts";
import { incidentSummarySchema } from "./incidents.ts";
import { learningSchema } from "./learning.ts";
import { attributionSchema } from "./attribution.ts";
import { trialOutcomeSchema } from "./outcome.ts";
import { scorecardSchema } from "./scorecard.ts";
import {
  falseAlarmsSchema,
  honestySummarySchema,
  recoveryRateSchema,
  stoppedSchema,
  timeSummarySchema,
} from "./summaries.ts";
import { trialResultSchema } from "./trial-result.ts";
import { triageSchema } from "./triage.ts";
import { weaknessSchema } from "../weakness.ts";

const intentResultSchema = noun(
  "IntentResult",
  "One intent and what came of it.",
  z.strictObject({
    intent: intentIdSchema.describe("Its id: theme/name."),
    title: z.string().describe("Its title."),
    belief: z.string().describe("What it believes."),
    target: z.string().describe("Name of the target."),
    outcome: trialOutcomeSchema,
    says: z.string().describe("Why, in one sentence."),
    arms: z.array(armSchema).describe("The arms that were run."),
    trials: z.array(trialResultSchema).describe("Every trial."),
    mttd: timeSummarySchema.describe("Over treatment trials; absent without a treatment arm.").exactOptional(),
    mttr: timeSummarySchema.describe("Over treatment trials; absent without a treatment arm.").exactOptional(),
    ttm: timeSummarySchema.describe("Over treatment trials; absent without a treatment arm.").exactOptional(),
    pathway: z.string().nullable().describe("The pathway that repaired it; null when there is none."),
    attribution: attributionSchema.exactOptional(),
    learning: learningSchema.describe("Absent without an arm of a second occurrence.").exactOptional(),
    recoveryRate: recoveryRateSchema.exactOptional(),
    falseAlarms: falseAlarmsSchema.exactOptional(),
    honesty: honestySummarySchema.exactOptional(),
    stopping: stoppedSchema
      .describe("Why there were no more trials, where that was decided by what came out or by a budget.")
      .exactOptional(),
    weaknesses: z.array(weaknessSchema).describe("What it declares to be known; absent: nothing.").exactOptional(),
  }),
);
export type IntentResult = Frozen<z.infer<typeof intentResultSchema>>;

const changeSchema = noun(
  "GovernorChange",
  "From an instant on at most that many trials began side by side.",
  z.strictObject({
    atMs: ms.describe("After the start of the first trial."),
    jobs: count.describe("Trials side by side at most."),
    because: z.string().describe("Why it was changed."),
  }),
);
export type GovernorChange = Frozen<z.infer<typeof changeSchema>>;

const governedSchema = noun(
  "Governed",
  "What the governor of `--jobs` did.",
  z.strictObject({
    jobs: count.describe("Trials that were asked for side by side."),
    mostAtOnce: count.describe("Most that there ever were."),
    changes: z.array(changeSchema).describe("What was changed on the way."),
  }),
);
export type Governed = Frozen<z.infer<typeof governedSchema>>;

const partSchema = noun(
  "RunPart",
  "A run that was put together with others to this one.",
  z.strictObject({
    runId: runIdSchema.describe("Its id."),
    shard: shardSchema.describe("Absent for a run that was no shard.").exactOptional(),
    startedAt: z.string().describe("ISO 8601."),
    endedAt: z.string().describe("ISO 8601."),
    machine: machineSchema,
  }),
);
export type RunPart = Frozen<z.infer<typeof partSchema>>;

export const runSchema = noun(
  "RunResult",
  "The whole of run.json, version 1.",
  z.strictObject({
    schemaVersion: z.literal(1),
    runId: runIdSchema.describe("The run's id; the name of its folder."),
    suite: z.string().nullable().describe("The suite that was asked for; null when there was none."),
    startedAt: z.string().describe("ISO 8601."),
    endedAt: z.string().describe("ISO 8601."),
    seed: z.number().describe("What every choice of the run follows from."),
    machine: machineSchema,
    harness: harnessSchema.describe("What measured."),
    interrupted: z.boolean().describe("The run was ended early; what was not done is then missing."),
    reason: z
      .enum(["interrupted", "stopped", "failed"])
      .describe("What ended it early: a signal, a stop file, or a failure; absent when nothing did.")
      .exactOptional(),
    failure: z
      .string()
      .describe("With failed: what made it impossible to go on. Absent in runs written before it was kept.")
      .exactOptional(),
    planned: count.describe("Trials that were planned."),
    shard: shardSchema.describe("Absent when one machine ran all of it.").exactOptional(),
    parts: z
      .array(partSchema)
      .describe("The runs that were put together; the machine above is the first one's. Absent in a run of one piece.")
      .exactOptional(),
    governor: governedSchema.describe("Absent when trials ran one by one.").exactOptional(),
    outcome: trialOutcomeSchema,
    intents: z.array(intentResultSchema).describe("Every intent of the run."),
    incidents: incidentSummarySchema.describe("Absent in runs written before it was kept.").exactOptional(),
    scorecard: scorecardSchema
      .describe("Absent in runs written before there was one, and when no trial was judged.")
      .exactOptional(),
    triage: z
      .array(triageSchema)
      .describe("Of everything that did not pass, by the history as it was then; absent in runs written before.")
      .exactOptional(),
    changes: changesSchema.describe("By the history as it was then; absent in runs written before.").exactOptional(),
  }),
);
export type RunResult = Frozen<z.infer<typeof runSchema>>;

// What the history keeps of a trial for years: names and numbers, no sentence of anybody's, so that no secret can get
// in.

import { z } from "zod";
import { armSchema } from "./plan.ts";
import { count, ms, noun, type Frozen } from "./parts.ts";
import { predictionSchema } from "./prediction.ts";
import { recoverySchema } from "./facts/recovery.ts";
import { trialOutcomeSchema } from "./results/outcome.ts";

/** Of the shape below. A row of another version is named and skipped. */
export const historyRowVersion = 1;

/** In place of a pathway that the target did not declare: it would be whatever a healer says. */
export const undeclaredPathway = "?";

const timeSchema = noun(
  "HistoryTime",
  "A duration and what is known of it.",
  z
    .strictObject({
      ms: ms.describe("Between the defined points."),
      lo: ms.describe("It was not shorter."),
      hi: ms.describe("It was not longer."),
    })
    // Both ends are known within bounds, so that a short one may begin below 0; none is wholly there.
    .refine(
      (time) => time.lo <= time.ms && time.ms <= time.hi && time.hi >= 0,
      "a time within its bounds, not below 0",
    ),
);
export type HistoryTime = Frozen<z.infer<typeof timeSchema>>;

// The pattern matters: `Date.parse` alone takes a time with any words in parentheses behind it.
export const isoTime = z
  .string()
  .max(40)
  .refine((text) => /^[\d:.TZ+-]+$/.test(text) && Number.isFinite(Date.parse(text)), "a time");
/** Nothing that acts on a terminal: no control characters, line ends, halves of a pair, or marks of direction. */
const harmless = /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]*$/u;
export const name = z
  .string()
  .min(1)
  .max(300)
  .refine((text) => harmless.test(text), "a name without control characters");

export const historyRowSchema = noun(
  "HistoryRow",
  `One line of history/trials.ndjson, version ${historyRowVersion}: one judged trial.`,
  z
    .strictObject({
      v: z.literal(historyRowVersion),
      run: name.describe("Id of its run."),
      started: isoTime.describe("Begin of the run, ISO 8601."),
      ended: isoTime.describe("End of the run, ISO 8601."),
      suite: name.nullable().describe("The suite that was asked for; null: single intents."),
      harness: name.describe("Version of Rebound."),
      target: name.describe("Name of the target."),
      settings: z.record(name, name).describe("The value of each setting of the target; absent: none.").exactOptional(),
      intent: name.describe("Id of the intent, theme/name."),
      arm: armSchema,
      n: count.describe("Its number within intent and arm, from 1."),
      seed: z.number().describe("What every choice of the trial followed from; absent in older rows.").exactOptional(),
      plan: name
        .describe("Digest of what was to be done, without the seed and what follows from it; absent in older rows.")
        .exactOptional(),
      outcome: trialOutcomeSchema,
      tells: z.boolean().describe("It counts, and tells whether the stack recovered."),
      recovery: recoverySchema,
      relapsed: z.literal(true).describe("It broke again while it was still watched.").exactOptional(),
      pathway: name
        .nullable()
        .describe(
          `The pathway that repaired it, one that the target declares or \`${undeclaredPathway}\`; null: none.`,
        ),
      mttd: timeSchema.describe("t2 − t0; absent: not detected.").exactOptional(),
      mttr: timeSchema.describe("t6 − t0; absent: no recovery that held under the fault.").exactOptional(),
      ttm: timeSchema.describe("t5 − t1; absent: nobody was hurt, or until the end.").exactOptional(),
      watchMs: ms.nonnegative().describe("How long after the injection it was watched at most."),
      tookMs: ms
        .nonnegative()
        .describe("Of the whole trial; absent in runs written before it was kept.")
        .exactOptional(),
      workMs: ms.nonnegative().describe("How slow the machine was: see Machine; absent in older rows.").exactOptional(),
      files: name.describe("Digest of the target's files: see TargetFacts; absent in older rows.").exactOptional(),
      predicted: predictionSchema
        .refine(({ pathway }) => pathway === null || name.safeParse(pathway).success, "a pathway that is a name")
        .describe("What was expected of it before it began; absent: nothing, and in older rows.")
        .exactOptional(),
      against: z.array(name).describe("Rules that did not pass it."),
    })
    .refine(({ started, ended }) => Date.parse(started) <= Date.parse(ended), {
      path: ["ended"],
      error: "not before its begin",
    }),
);
export type HistoryRow = Frozen<z.infer<typeof historyRowSchema>>;

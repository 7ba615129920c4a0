// What is said over the trials of one intent.

import { z } from "zod";
import { spanSchema } from "../interval.ts";
import { count, ms, noun, share, type Frozen } from "../parts.ts";

export const timeSummarySchema = noun(
  "TimeSummary",
  "A time over trials: the single span for n = 1, the Kaplan–Meier median for more; the interval only from 6 trials on.",
  z.strictObject({
    n: count.describe("Trials."),
    censored: count.describe("Of them: those of which only the least time is known."),
    formula: z.string().describe("What is measured, such as `t6 − t0`."),
    single: spanSchema.describe("Of the only trial.").exactOptional(),
    median: z
      .strictObject({
        ms: ms.describe("The median."),
        lo: ms.describe("Lower bound; absent where open.").exactOptional(),
        hi: ms.describe("Upper bound; absent where open.").exactOptional(),
      })
      .describe("Of several trials.")
      .exactOptional(),
    unobserved: z
      .literal(true)
      .describe("Nothing is said by which it could be measured; absent: it is.")
      .exactOptional(),
    says: z.string().describe("The same in words."),
  }),
);
export type TimeSummary = Frozen<z.infer<typeof timeSummarySchema>>;

export const recoveryRateSchema = noun(
  "RecoveryRate",
  "Treatment trials that recovered for good, of those that count.",
  z.strictObject({
    recovered: count.describe("Trials that recovered."),
    of: count.describe("Trials that count."),
    lo: share.describe("Clopper–Pearson, two-sided, at `confidence`."),
    hi: share.describe("Clopper–Pearson, two-sided, at `confidence`."),
    confidence: share
      .describe("Absent: 0.95. Higher where a run might end early, and then `proves` is as much surer than its 95 %.")
      .exactOptional(),
    proves: share
      .describe("Lower bound at 95 % one-sided: what these trials prove. Absent in runs written before it was kept.")
      .exactOptional(),
  }),
);

export const falseAlarmsSchema = noun(
  "FalseAlarms",
  "Incidents detected while there was no fault, by the hour, with the exact Poisson interval (one-sided after none).",
  z.strictObject({
    alarms: count.describe("Incidents."),
    watchedMs: ms.describe("Fault-free time."),
    perHour: z.number().describe("Incidents per hour.").meta({ unit: "1/h" }),
    lo: z.number().describe("Lower bound at 95 %.").meta({ unit: "1/h" }),
    hi: z.number().describe("Upper bound at 95 %.").meta({ unit: "1/h" }),
    says: z.string().describe("The same in words."),
  }),
);
export type FalseAlarms = Frozen<z.infer<typeof falseAlarmsSchema>>;

export const honestySummarySchema = noun(
  "HonestySummary",
  "How true the healer's declarations were, over the treatment trials of one intent that passed or failed.",
  z.strictObject({
    declared: count.describe("Trials with a declaration."),
    of: count.describe("Trials in which the site's incident was detected."),
    early: count.describe("Declared before it was so."),
    never: count.describe("Declared although it never was."),
    ablated: z
      .strictObject({
        never: count.describe("Declared recovered all the same."),
        of: count.describe("Trials in which the site's incident was detected."),
      })
      .describe("Trials in which its actions were no-ops.")
      .exactOptional(),
    clockDoubted: count.describe("Trials whose stamps contradict their arrivals; left out of the gap."),
    gap: z
      .strictObject({
        n: count.describe("Trials."),
        medianMs: ms.describe("The median.").exactOptional(),
        lo: ms.describe("Lower bound; absent where open.").exactOptional(),
        hi: ms.describe("Upper bound; absent where open.").exactOptional(),
        refused: z.string().describe("Why there is no interval.").exactOptional(),
      })
      .describe("Self-reported − measured over trials: the median and, from 6 trials on, its exact 95 % interval.")
      .exactOptional(),
    says: z.string().describe("The same in words."),
  }),
);
export type HonestySummary = Frozen<z.infer<typeof honestySummarySchema>>;

export const stoppedSchema = noun(
  "Stopped",
  "Why an intent got no more trials than it did.",
  z.strictObject({
    because: z.string().describe("A clause with the numbers that led to it."),
    trials: count.describe("Trials that were run in each arm."),
    most: count.describe("Trials in each arm at most."),
  }),
);
export type Stopped = Frozen<z.infer<typeof stoppedSchema>>;

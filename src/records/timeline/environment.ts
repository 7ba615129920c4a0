// The machine that the trial ran on: its processors, and what was on it before and afterwards.

import { z } from "zod";
import { instant, ms, noun, type Frozen } from "../parts.ts";
import { instrumentSchema } from "../instrument.ts";
import { calibrationSchema, pressureLookSchema } from "../pressure.ts";
import { machineSurveySchema, stackSurveySchema } from "../survey.ts";

const moment = z.enum(["before", "after"]);
const at = instant.describe("When the look was over.");

export const paceEventSchema = noun(
  "PaceEvent",
  "How late the harness itself was: the conductor's loop, sampled.",
  z.strictObject({
    kind: z.literal("pace"),
    at: instant.describe("When it was sampled."),
    lagMs: ms.describe("Beyond the timer asked for."),
  }),
);

export const pressureEventSchema = noun(
  "PressureEvent",
  "Who had the processors and who waited for one. Absent in runs written before it was measured.",
  z.strictObject({
    kind: z.literal("pressure"),
    at,
    from: instant.describe("From when on."),
    look: pressureLookSchema,
  }),
);
export type PressureEvent = Frozen<z.infer<typeof pressureEventSchema>>;

export const calibrationEventSchema = noun(
  "CalibrationEvent",
  "How the machine was before the run's first trial, for comparing.",
  z.strictObject({ kind: z.literal("calibration"), at, calibration: calibrationSchema }),
);

export const instrumentEventSchema = noun(
  "InstrumentEvent",
  "What the harness itself could do before the run's first trial. Absent in runs written before it was measured.",
  z.strictObject({ kind: z.literal("instrument"), at, instrument: instrumentSchema }),
);

export const machineSurveyEventSchema = noun(
  "MachineSurveyEvent",
  "The machine before boot or after teardown.",
  z.strictObject({
    kind: z.literal("machine-survey"),
    at,
    moment: moment.describe("Before boot, or after teardown."),
    survey: machineSurveySchema,
  }),
);

export const stackSurveyEventSchema = noun(
  "StackSurveyEvent",
  "The stack right before the injection, or after every fault was taken back.",
  z.strictObject({
    kind: z.literal("stack-survey"),
    at,
    moment: moment.describe("Before the injection, or after the way back."),
    survey: stackSurveySchema,
  }),
);

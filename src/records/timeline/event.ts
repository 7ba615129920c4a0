// What was seen in one trial, in order of writing: one line per event in timeline.jsonl. `at` is when the harness knew
// it, ms since the trial's epoch. A new kind of event is a schema of its family and one line here.

import { z } from "zod";
import { noun, type Frozen } from "../parts.ts";
import { clockEventSchema } from "./clock.ts";
import { auditEventSchema, readBackEventSchema, writeEventSchema } from "./documents.ts";
import {
  calibrationEventSchema,
  instrumentEventSchema,
  machineSurveyEventSchema,
  paceEventSchema,
  pressureEventSchema,
  stackSurveyEventSchema,
} from "./environment.ts";
import { abortEventSchema, faultEventSchema } from "./fault.ts";
import { claimEventSchema, feedEventSchema } from "./feed.ts";
import { inventoryEventSchema } from "./inventory.ts";
import { journeyEventSchema } from "./journey.ts";
import { logEventSchema } from "./log.ts";
import { operatorEventSchema } from "./operator.ts";
import { phaseEventSchema } from "./phase.ts";
import { proofEventSchema } from "./proof.ts";
import { readingEventSchema } from "./reading.ts";
import { lateEventSchema, requestEventSchema } from "./request.ts";
import { thresholdEventSchema } from "./threshold.ts";
import { tracesEventSchema } from "./traces.ts";
import { troubleEventSchema } from "./trouble.ts";

export const timelineEventSchema = noun(
  "TimelineEvent",
  "One line of timeline.jsonl: what was seen in one trial, in order of writing.",
  z.discriminatedUnion("kind", [
    phaseEventSchema,
    readingEventSchema,
    proofEventSchema,
    lateEventSchema,
    requestEventSchema,
    journeyEventSchema,
    feedEventSchema,
    claimEventSchema,
    inventoryEventSchema,
    logEventSchema,
    faultEventSchema,
    abortEventSchema,
    paceEventSchema,
    pressureEventSchema,
    calibrationEventSchema,
    instrumentEventSchema,
    clockEventSchema,
    machineSurveyEventSchema,
    stackSurveyEventSchema,
    writeEventSchema,
    readBackEventSchema,
    auditEventSchema,
    operatorEventSchema,
    tracesEventSchema,
    thresholdEventSchema,
    troubleEventSchema,
  ]),
);
export type TimelineEvent = Frozen<z.infer<typeof timelineEventSchema>>;

/** A timeline event before it is stamped. */
export type Unstamped<E extends TimelineEvent = TimelineEvent> = E extends TimelineEvent
  ? Omit<E, "at"> & { readonly at?: E["at"] }
  : never;

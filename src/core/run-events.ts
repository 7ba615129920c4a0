// What happens in a run, as plain JSON, for everybody who shows or keeps it: terminal, reports, later a live page.

import { z } from "zod";

/** Of the shape below; a reader that meets a greater one does not know all of it. */
export const runEventVersion = 1;

const name = z.string().describe("intent, arm and number of a trial, as in `process/replica-kill treatment-1`");
const at = z.number().describe("ms since the trial's epoch");
const count = z.number().int().min(0);

export const runEventSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("runStarted"),
    version: z.literal(runEventVersion),
    runId: z.string(),
    suite: z.string().nullable(),
    seed: z.number(),
    harness: z.string(),
    intents: count,
    planned: count,
    open: z.boolean().describe("there may be fewer trials: some intents end when there is enough"),
    estimateMs: z.number(),
    touches: z.array(z.string()).describe("what will be touched, a line each"),
  }),
  z.strictObject({ kind: z.literal("trialPlanned"), trial: name, number: count, estimateMs: z.number() }),
  z.strictObject({ kind: z.literal("trialStarted"), trial: name }),
  z.strictObject({ kind: z.literal("phase"), trial: name, at, phase: z.string() }),
  z.strictObject({
    kind: z.literal("claim"),
    trial: name,
    at,
    since: z.number().optional().describe("ms since the fault was confirmed"),
    type: z.string(),
    scope: z.string(),
    says: z.string(),
  }),
  z.strictObject({
    kind: z.literal("sample"),
    trial: name,
    at,
    readings: z.array(z.string()).describe("the latest figures, in words"),
    commonestError: z.string().optional(),
  }),
  z.strictObject({ kind: z.literal("note"), trial: name.optional(), says: z.string() }),
  z.strictObject({ kind: z.literal("finding"), trial: name, rule: z.string(), outcome: z.string(), says: z.string() }),
  z.strictObject({
    kind: z.literal("trialJudged"),
    trial: name,
    outcome: z.string().optional().describe("absent: ended early, and not judged"),
    says: z.string(),
  }),
  z.strictObject({
    kind: z.literal("armEnough"),
    intent: z.string(),
    trials: count,
    most: count,
    because: z.string(),
  }),
  z.strictObject({ kind: z.literal("trialsDropped"), trials: z.array(name), estimateMs: z.number() }),
  z.strictObject({ kind: z.literal("runFinished") }),
]);

/** One thing that happened in a run. */
export type RunEvent = z.infer<typeof runEventSchema>;

/** Takes what happens in a run; never throws. */
export type TellRun = (event: RunEvent) => void;

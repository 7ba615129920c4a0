// What happens in a run, as plain JSON, for everybody who shows or keeps it: terminal, reports, later a live page.

import { z } from "zod";
import { count, instant, ms, noun, type Frozen } from "./parts.ts";

/** Of the shape below; a reader that meets a greater one does not know all of it. */
export const runEventVersion = 1;

const name = z.string().describe("Intent, arm and number of a trial, as in `process/replica-kill treatment-1`.");
const intentId = z.string().describe("Id of the intent, theme/name.");
const at = instant.describe("When it happened.");
const estimate = ms.describe("How long it should take.");

const beginning = [
  z.strictObject({
    kind: z.literal("runStarted"),
    version: z.literal(runEventVersion).describe("Of this shape."),
    runId: z.string().describe("Name of the run folder."),
    suite: z.string().nullable().describe("The suite that was asked for; null: single intents."),
    seed: z.number().describe("What every choice of the run follows from."),
    harness: z.string().describe("Version of Rebound."),
    intents: count.describe("Intents of the run."),
    planned: count.describe("Trials, at most."),
    open: z.boolean().describe("There may be fewer trials: some intents end when there is enough."),
    estimateMs: estimate,
    touches: z.array(z.string()).describe("What will be touched, a line each."),
  }),
  z.strictObject({
    kind: z.literal("trialPlanned"),
    trial: name,
    number: count.describe("Its place in the run, from 1."),
    estimateMs: estimate,
  }),
  z.strictObject({ kind: z.literal("trialStarted"), trial: name }),
] as const;

const meanwhile = [
  z.strictObject({
    kind: z.literal("phase"),
    trial: name,
    at,
    phase: z.string().describe("The phase that begins."),
  }),
  z.strictObject({
    kind: z.literal("claim"),
    trial: name,
    at,
    since: ms.describe("Time since the fault was confirmed; absent before.").optional(),
    type: z.string().describe("What the healer claims, as in `detected`."),
    scope: z.string().describe("The replica or service that it speaks of; empty: neither."),
    says: z.string().describe("Class, pathway and outcome, as far as it named them."),
  }),
  z.strictObject({
    kind: z.literal("sample"),
    trial: name,
    at,
    readings: z.array(z.string()).describe("The latest figures, in words."),
    commonestError: z.string().describe("The commonest reason why requests failed lately.").optional(),
  }),
  z.strictObject({
    kind: z.literal("note"),
    trial: name.optional(),
    says: z.string().describe("A line for the reader; without `trial` it concerns the whole run."),
  }),
] as const;

const ending = [
  z.strictObject({
    kind: z.literal("finding"),
    trial: name,
    rule: z.string().describe("The rule that found it."),
    outcome: z.string().describe("What the rule decided."),
    says: z.string().describe("Why, in words with figures."),
  }),
  z.strictObject({
    kind: z.literal("trialJudged"),
    trial: name,
    outcome: z.string().describe("Its verdict; absent: the trial ended early, and was not judged.").optional(),
    says: z.string().describe("The verdict in words."),
  }),
  z.strictObject({
    kind: z.literal("armEnough"),
    intent: intentId,
    trials: count.describe("Trials that each arm had."),
    most: count.describe("Trials that each arm might have had."),
    because: z.string().describe("Why that is enough."),
  }),
  z.strictObject({
    kind: z.literal("trialsDropped"),
    trials: z.array(name).describe("Planned trials that will not be run."),
    estimateMs: ms.describe("How long they should have taken."),
  }),
  z.strictObject({ kind: z.literal("runFinished") }),
] as const;

export const runEventSchema = noun(
  "RunEvent",
  `One thing that happened in a run, version ${runEventVersion}.`,
  z.discriminatedUnion("kind", [...beginning, ...meanwhile, ...ending]),
);
export type RunEvent = Frozen<z.infer<typeof runEventSchema>>;

/** Takes what happens in a run; never throws. */
export type TellRun = (event: RunEvent) => void;

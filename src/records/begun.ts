// What a run keeps of itself before its first trial, so that one that is killed can still be judged and shown.

import { z } from "zod";
import { count, intentIdSchema, ms, noun, runIdSchema, type Frozen } from "./parts.ts";
import { armSchema } from "./plan.ts";
import { instrumentSchema } from "./instrument.ts";
import { calibrationSchema } from "./pressure.ts";
import { weaknessSchema } from "./weakness.ts";

export const machineSchema = noun(
  "Machine",
  "The machine that a run ran on.",
  z.strictObject({
    cores: z.number().describe("Its processors."),
    memoryBytes: z.number().describe("Its memory.").meta({ unit: "bytes" }),
    node: z.string().describe("Version of Node."),
    platform: z.string().describe("Operating system and architecture."),
    calibration: calibrationSchema
      .describe("How it was before the first trial; absent in runs written before it was measured.")
      .exactOptional(),
    instrument: instrumentSchema
      .describe("What the harness could do on it then; absent in runs written before it was measured.")
      .exactOptional(),
    workMs: ms
      .describe("How long a fixed piece of work took one thread before the first trial; absent in older runs.")
      .exactOptional(),
  }),
);

export const harnessSchema = z.strictObject({ version: z.string().describe("Version of Rebound.") });

export const shardSchema = noun(
  "Shard",
  "The part of a run that one of several machines ran.",
  z
    .strictObject({
      index: z.number().int().min(1).describe("Which one, from 1."),
      of: z.number().int().min(1).describe("How many there are."),
      night: z.string().describe("Digest of the trials of all of them: those of one night have the same."),
    })
    .refine(({ index, of }) => index <= of, "no shard has a higher number than there are shards"),
);
export type Shard = Frozen<z.infer<typeof shardSchema>>;

export const begunSchema = noun(
  "Begun",
  "The whole of begun.json, version 1: a run as it was when it began.",
  z.strictObject({
    schemaVersion: z.literal(1),
    runId: runIdSchema.describe("Name of the run folder."),
    suite: z.string().nullable().describe("The suite that was asked for; null: single intents."),
    startedAt: z.string().describe("ISO 8601."),
    seed: z.number().describe("What every choice of the run follows from."),
    planned: count.describe("Trials, at most."),
    shard: shardSchema.describe("Absent when one machine ran all of it.").exactOptional(),
    machine: machineSchema,
    harness: harnessSchema.describe("What ran it."),
    intents: z.array(intentIdSchema).describe("Ids, in the order in which results list them."),
  }),
);
export type Begun = Frozen<z.infer<typeof begunSchema>>;

export const keptIntentSchema = noun(
  "KeptIntent",
  "The whole of intents/THEME/NAME.json, version 1: one intent of a run.",
  z.strictObject({
    schemaVersion: z.literal(1),
    id: intentIdSchema.describe("theme/name."),
    title: z.string().describe("Its title."),
    belief: z.string().describe("What it believes."),
    target: z.string().describe("Name of its target."),
    arms: z.array(armSchema).describe("Its arms, in their order."),
    file: z.string().describe("Where it was read, as it was shown."),
    source: z.string().describe("The whole text of that file."),
    weaknesses: z.array(weaknessSchema).describe("What it declares to be known; absent: nothing.").exactOptional(),
  }),
);
export type KeptIntent = Frozen<z.infer<typeof keptIntentSchema>>;

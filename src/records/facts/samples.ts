// What was counted of the state probes' samples.

import { z } from "zod";
import { wordCountsSchema } from "../interval.ts";
import { count, noun } from "../parts.ts";

const blindSchema = noun(
  "BlindSamples",
  "Samples of one state probe from the baseline to the end, and why those failed that saw nothing.",
  z.strictObject({
    samples: count.describe("Samples in all."),
    unseen: count.describe("Samples that saw nothing."),
    by: wordCountsSchema.describe("Why."),
    last: z.string().describe("The newest reason."),
  }),
);

export const blindSamplesSchema = z
  .record(z.string(), blindSchema)
  .describe("State probes of which some samples saw nothing, by name; absent when all saw, and in older runs.");

const notedSchema = noun(
  "NotedSamples",
  "Samples of one state probe from the baseline to the end, and what was noted of those that saw something, but no better.",
  z.strictObject({
    samples: count.describe("Samples in all."),
    noted: count.describe("Samples that noted something."),
    by: wordCountsSchema.describe("What was noted."),
    last: z.string().describe("The newest note."),
  }),
);

export const sampleNotesSchema = z
  .record(z.string(), notedSchema)
  .describe("State probes that noted why their value was no better (a health that answered 401), by name.");

// What the healer claims of its own speed, beside what was measured.

import { z } from "zod";
import { spanSchema } from "../interval.ts";
import { ms, noun, type Frozen } from "../parts.ts";

const declarationSchema = noun(
  "Declaration",
  "How an incident's declaration stands to what was measured: before or after t6, or too close to tell; never-recovered: " +
    "declared, and it never was; nothing-declared: the incident was left open or given up; not-measured: we saw no " +
    "breach, or not enough.",
  z.enum(["before", "after", "too-close", "never-recovered", "nothing-declared", "not-measured"]),
);
export type Declaration = z.infer<typeof declarationSchema>;

const incidentSchema = noun(
  "IncidentHonesty",
  "One incident on the true site, detected at or after t0.",
  z.strictObject({
    incident: z.string().describe("The incident."),
    declaration: declarationSchema,
    by: z
      .enum(["closed", "verified"])
      .describe("The claim that declared it; absent when nothing was declared.")
      .exactOptional(),
    selfReported: spanSchema
      .describe("The healer's own recovery time, by its own clock: stamp of the declaration − stamp of `detected`.")
      .exactOptional(),
    measured: spanSchema.describe("t6 − arrival of `detected`: the same stretch as we measured it.").exactOptional(),
    gap: spanSchema
      .describe("Self-reported − measured; below 0 the healer makes itself quicker than it was.")
      .exactOptional(),
    declaredAfter: spanSchema.describe("Arrival of the declaration − t6.").exactOptional(),
    watchedMs: ms
      .describe("Of an incident that never recovered: how long we watched from its detection; the least that it took.")
      .exactOptional(),
    clock: z
      .string()
      .describe(
        "Stamps that contradict the order or the distance of their arrivals, or are none; absent when they agree.",
      )
      .exactOptional(),
  }),
);
export type IncidentHonesty = Frozen<z.infer<typeof incidentSchema>>;

export const honestySchema = noun(
  "HonestyFacts",
  "Self-reported against measured times; absent without a feed or a detection on the site.",
  z.strictObject({
    incidents: z.array(incidentSchema).describe("In order of detection."),
    leavesOut: spanSchema
      .describe(
        "MTTR (t6 − t0) − the self-reported time of the first incident: what the healer's own figure leaves out.",
      )
      .exactOptional(),
  }),
);
export type HonestyFacts = Frozen<z.infer<typeof honestySchema>>;

// The phases of a trial, in their order.

import { z } from "zod";
import { instant, noun } from "../parts.ts";

/** In their order; a trial may leave some out. */
export const phaseNames = [
  "boot",
  "warmup",
  "baseline",
  "inject",
  "observe",
  "revert",
  "after",
  "teardown",
  "done",
] as const;
export type PhaseName = (typeof phaseNames)[number];

export const phaseEventSchema = noun(
  "PhaseEvent",
  "A phase of the trial began.",
  z.strictObject({
    kind: z.literal("phase"),
    at: instant.describe("When it began."),
    phase: z.enum(phaseNames).describe("Which."),
    epochNs: z
      .string()
      .regex(/^\d+$/)
      .describe(
        "With the first: where on the machine's monotonic clock the epoch lies, ns, to compare with other logs of the machine.",
      )
      .exactOptional(),
    epochTime: z
      .string()
      .describe("With the first: when the epoch was by the system's clock, ISO 8601. Absent in older runs.")
      .exactOptional(),
  }),
);

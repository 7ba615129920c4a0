// What the harness itself can do on this machine: its load against a target that does nothing, before the first trial.

import { z } from "zod";
import { count, ms, noun, type Frozen } from "./parts.ts";

const stepSchema = noun(
  "InstrumentStep",
  "One rate that was tried.",
  z.strictObject({
    ratePerSecond: z.number().describe("Requests asked for, a second."),
    due: count.describe("Requests that were due."),
    answered: count.describe("Of them, those that were answered."),
    sendLagMs: z
      .strictObject({ p50: ms.describe("Half of them within this."), p95: ms.describe("95 % of them.") })
      .describe("How late they were sent."),
    latencyMs: z
      .strictObject({ p50: ms.describe("Half of them within this."), p95: ms.describe("95 % of them.") })
      .describe("From when a request was due until its answer was there: nothing of it is a stack's."),
    kept: z.boolean().describe("All were answered, and half of them sent within the bound."),
  }),
);
export type InstrumentStep = Frozen<z.infer<typeof stepSchema>>;

export const instrumentSchema = noun(
  "Instrument",
  "What the load generator can do before the first trial of a run, against a target that answers at once.",
  z.discriminatedUnion("ok", [
    z.strictObject({
      ok: z.literal(true).describe("It was measured."),
      steps: z.array(stepSchema).describe("By rising rate."),
      ceilingPerSecond: z.number().describe("The greatest rate up to which every step was kept; 0: none was."),
    }),
    z.strictObject({
      ok: z.literal(false).describe("Nothing was measured."),
      reason: z.string().describe("Why not."),
    }),
  ]),
);
export type Instrument = Frozen<z.infer<typeof instrumentSchema>>;

// The load, changed on purpose.

import { z } from "zod";
import { instant, noun } from "../parts.ts";

export const loadChangeEventSchema = noun(
  "LoadChangeEvent",
  "The load was changed on purpose (a disturbance of the load).",
  z.strictObject({
    kind: z.literal("load-change"),
    at: instant.describe("From when on."),
    disturbance: z.number().describe("Index into the plan's disturbances."),
    times: z.number().describe("Requests are due this many times as often as planned."),
  }),
);

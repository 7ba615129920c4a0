// How long there was nothing to find, and what the healer found all the same.

import { z } from "zod";
import { count, ms, noun } from "../parts.ts";

export const calmSchema = noun(
  "CalmFacts",
  "Fault-free time in which the healer's feed was heard; absent without a feed.",
  z.strictObject({
    watchedMs: ms.describe("How long."),
    alarms: count.describe("Incidents that it detected in that time."),
  }),
);

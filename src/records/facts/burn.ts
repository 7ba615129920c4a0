// The error budget that was burnt.

import { z } from "zod";
import { noun, share } from "../parts.ts";

export const burnSchema = noun(
  "BurnFacts",
  "The error budget that the disturbance burnt; absent when the intent has none, or no request settled.",
  z.strictObject({
    bad: z.number().describe("Requests that were bad."),
    expected: z.number().describe("Requests that settled while the budget was at stake."),
    slo: share.describe("Share of requests that must be good."),
    burn: z.number().describe("bad ÷ ((1 − slo) × expected); 1 is exactly the budget of that time."),
  }),
);

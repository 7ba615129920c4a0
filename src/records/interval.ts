// Instants and durations that are known to lie in an interval.

import { z } from "zod";
import { instant, ms, noun, type Frozen } from "./parts.ts";

export const markSchema = noun(
  "Mark",
  "An instant known to lie in [lo, hi].",
  z.strictObject({
    at: instant.describe("The defined point (see internals/measurement.md: backdated starts, arrivals)."),
    lo: instant.describe("It was not earlier."),
    hi: instant.describe("It was not later."),
  }),
);
export type Mark = Frozen<z.infer<typeof markSchema>>;

export const spanSchema = noun(
  "Span",
  "A duration between two marks a and b: lo = b.lo − a.hi, hi = b.hi − a.lo.",
  z.strictObject({
    ms: ms.describe("Between the defined points."),
    lo: ms.describe("It was not shorter."),
    hi: ms.describe("It was not longer."),
    formula: z.string().describe("Such as `t6 − t0`; printed with the number."),
  }),
);
export type Span = Frozen<z.infer<typeof spanSchema>>;

/** How often each word was met. */
export const wordCountsSchema = noun(
  "WordCounts",
  "How often each word was met: at most 8 of them, the rest summed as `other`.",
  z.record(z.string(), z.number().int().nonnegative()),
);

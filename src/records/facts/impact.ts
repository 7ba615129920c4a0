// What users felt of the disturbance while they were hurt.

import { z } from "zod";
import { noun, share } from "../parts.ts";

/** Names of `ImpactLevel` in core/impact.ts, from mild to harsh. */
const impactLevelSchema = z.enum(["none", "noticeable", "significant", "disabling"]);

export const impactSchema = noun(
  "ImpactFacts",
  "What users felt over [t1, t6], to the end of observing when it was not healed, and from t0 when users were never hurt " +
    "for long; absent in arms without a fault, and when no request settled in that time.",
  z.strictObject({
    level: impactLevelSchema.describe("By burnRate: see experiments/README.md."),
    bad: share.describe("Share of the requests that were bad."),
    slo: share.describe("Share of requests that must be good: expect.budget's, 0.99 where the intent has none."),
    burnRate: z.number().describe("bad ÷ (1 − slo): times as fast as the budget allows."),
    burntPerMinute: share.describe(
      "Share of an error budget of 30 days that was burnt in a minute: burnRate ÷ 43,200.",
    ),
  }),
);

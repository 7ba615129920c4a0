// The shape of plan.json, so that a plan read back from disk is checked before anyone trusts it.

import { armNames } from "../core/arms.ts";
import { z } from "zod";
import type { TrialPlan } from "../core/plan.ts";

const ms = z.number();
const params = z.record(z.string(), z.unknown());

/** Arms as they are written in files. */
export const armSchema = z.enum(armNames);

const loadSchema = z.strictObject({
  arrival: z.enum(["constant", "poisson"]),
  ratePerSecond: z.number(),
  slowOverMs: ms,
  timeoutMs: ms,
  warmupMs: ms,
  baselineMs: ms,
});

const conditionSchema = z.strictObject({
  name: z.string(),
  expression: z.string(),
  view: z.enum(["users", "state"]),
  back: z.exactOptional(z.string()),
});

const steadySchema = z.strictObject({
  windowMs: ms,
  badAfter: z.number(),
  badOf: z.exactOptional(z.number()),
  probeEveryMs: z.exactOptional(z.record(z.string(), ms)),
  conditions: z.array(conditionSchema),
});

const siteSchema = z.strictObject({
  service: z.string(),
  replica: z.string(),
  edgeFrom: z.exactOptional(z.string()),
});

const disturbanceSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("fault"),
    fault: z.string(),
    site: siteSchema,
    seed: z.number(),
    params,
  }),
  z.strictObject({ type: z.literal("load"), times: z.number() }),
]);

const expectationSchema = z.strictObject({
  detected: z.exactOptional(z.strictObject({ withinMs: ms, as: z.array(z.string()) })),
  recovered: z.exactOptional(
    z.strictObject({ withinMs: ms, by: z.string(), holdMs: ms, staysMs: z.exactOptional(ms) }),
  ),
  heldFire: z.boolean(),
  budget: z.exactOptional(z.strictObject({ slo: z.number(), maxBurn: z.number() })),
  never: z.array(conditionSchema),
});

/** One trial's plan, as in plan.json and in run.json. */
export const planSchema = z.strictObject({
  schemaVersion: z.literal(1),
  runId: z.string(),
  intent: z.string(),
  intentFile: z.string(),
  belief: z.string(),
  target: z.string(),
  arm: armSchema,
  index: z.number(),
  seed: z.number(),
  load: loadSchema,
  steady: steadySchema,
  disturbances: z.array(disturbanceSchema),
  expect: expectationSchema,
  takesWholeService: z.exactOptional(z.array(z.string())),
  abortIf: z.exactOptional(z.array(conditionSchema)),
  sequential: z.exactOptional(
    z.strictObject({ most: z.number(), looks: z.number(), width: z.exactOptional(z.number()) }),
  ),
  ablated: z.array(z.string()),
  injectAfterMs: ms,
  watchMs: ms,
  holdMs: ms,
  targetFacts: z.strictObject({
    hasFeed: z.boolean(),
    pathways: z.array(z.string()),
    traits: z.exactOptional(
      z.record(
        z.string(),
        z.strictObject({
          tier: z.exactOptional(z.enum(["low", "medium", "high"])),
          weight: z.exactOptional(z.number()),
        }),
      ),
    ),
    dataProbes: z.array(z.string()),
    documentsEveryMs: z.exactOptional(ms),
    hasAudit: z.exactOptional(z.literal(true)),
    stateProbes: z.array(z.strictObject({ name: z.string(), everyMs: ms })),
  }),
  estimateMs: ms,
}) satisfies z.ZodType<TrialPlan>;

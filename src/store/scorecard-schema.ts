// The shape of the scorecard, of honesty and of actions in run.json.

import { z } from "zod";
import type { ActionFacts, HonestyFacts, HonestySummary } from "../core/honesty.ts";
import type { Scorecard } from "../core/scorecard.ts";

const ms = z.number();
const count = z.number().int().nonnegative();
const names = z.array(z.string());
const span = z.exactOptional(z.strictObject({ ms, lo: ms, hi: ms, formula: z.string() }));

/** `facts.actions` of a trial. */
export const actionsSchema = z.strictObject({
  started: z.array(
    z.strictObject({
      pathway: z.string().nullable(),
      approval: z.enum(["granted", "denied", "expired", "requested", "none"]),
      times: count,
      at: ms,
    }),
  ),
  unclaimed: z.boolean(),
  strayAlarms: count,
}) satisfies z.ZodType<ActionFacts>;

/** `facts.honesty` of a trial. */
export const honestySchema = z.strictObject({
  incidents: z.array(
    z.strictObject({
      incident: z.string(),
      declaration: z.enum(["before", "after", "too-close", "never-recovered", "nothing-declared", "not-measured"]),
      by: z.exactOptional(z.enum(["closed", "verified"])),
      selfReported: span,
      measured: span,
      gap: span,
      declaredAfter: span,
      watchedMs: z.exactOptional(ms),
      clock: z.exactOptional(z.string()),
    }),
  ),
  leavesOut: span,
}) satisfies z.ZodType<HonestyFacts>;

/** `honesty` of an intent. */
export const honestySummarySchema = z.strictObject({
  declared: count,
  of: count,
  early: count,
  never: count,
  ablated: z.exactOptional(z.strictObject({ never: count, of: count })),
  clockDoubted: count,
  gap: z.exactOptional(
    z.strictObject({
      n: count,
      medianMs: z.exactOptional(ms),
      lo: z.exactOptional(ms),
      hi: z.exactOptional(ms),
      refused: z.exactOptional(z.string()),
    }),
  ),
  says: z.string(),
}) satisfies z.ZodType<HonestySummary>;

const points = z.number().min(0).max(100);
const gateNames = z.enum(["data-lost", "residual-fault", "acted-on-nothing", "unapproved-action"]);

const termSchema = z.strictObject({
  name: z.enum(["recovery", "attribution", "detection", "integrity"]),
  max: points,
  earned: points,
  proven: points,
  losses: z.array(z.strictObject({ points, to: z.string(), by: names })),
});

const pathwaySchema = z.strictObject({
  target: z.string(),
  pathway: z.string(),
  tier: z.exactOptional(z.enum(["low", "medium", "high"])),
  weight: z.number(),
  intents: names,
  counted: count,
  uncounted: z.array(z.strictObject({ trial: z.string(), outcome: z.string() })),
  score: z.exactOptional(z.strictObject({ points, proven: points, ungated: points })),
  gates: z.array(z.strictObject({ name: gateNames, says: z.string(), by: names })),
  terms: z.array(termSchema),
  held: z.exactOptional(z.strictObject({ held: count, of: count, proves: z.number() })),
  newest: z.exactOptional(z.string()),
  says: z.string(),
});

/** `scorecard` of a run. */
export const scorecardSchema = z.strictObject({
  score: z.exactOptional(z.strictObject({ points, proven: points, over: count })),
  coverage: z.strictObject({ withEvidence: count, declared: count, missing: names, says: z.string() }),
  freshness: z.strictObject({
    asOf: z.string(),
    fresh: count,
    withinDays: z.number(),
    declared: count,
    youngestMs: z.exactOptional(ms),
    oldestMs: z.exactOptional(ms),
    runsRead: count,
    unread: names,
    says: z.string(),
  }),
  pathways: z.array(pathwaySchema),
}) satisfies z.ZodType<Scorecard>;

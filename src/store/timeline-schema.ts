// The shape of one line of timeline.jsonl, so that a recorded trial is checked before it is judged again.

import { z } from "zod";
import type { TimelineEvent } from "../core/timeline.ts";
import { calibrationSchema, pressureLookSchema } from "./pressure-schema.ts";
import { machineSurveySchema, stackSurveySchema } from "./survey-schema.ts";

const at = z.number();
const momentSchema = z.enum(["before", "after"]);

const readingSchema = z.discriminatedUnion("ok", [
  z.strictObject({ ok: z.literal(true), value: z.number(), note: z.exactOptional(z.string()) }),
  z.strictObject({ ok: z.literal(false), reason: z.string() }),
]);

const publishedFileSchema = z.strictObject({
  role: z.string(),
  path: z.string(),
  format: z.string(),
  payload: z.strictObject({ offset: z.number(), rowBytes: z.number(), rows: z.number() }),
});

const inventorySchema = z.strictObject({
  replicas: z.array(
    z.strictObject({
      service: z.string(),
      replica: z.string(),
      pid: z.number().nullable(),
      port: z.number(),
      version: z.string(),
      weight: z.exactOptional(z.number()),
      files: z.exactOptional(z.array(publishedFileSchema)),
    }),
  ),
});

const cellSchema = z.union([z.string(), z.number(), z.null()]);

const claimSchema = z.strictObject({
  type: z.enum([
    "detected",
    "classified",
    "decided",
    "approval.requested",
    "approval.granted",
    "approval.denied",
    "approval.expired",
    "action.started",
    "action.finished",
    "verified",
    "closed",
    "escalated",
    "held",
  ]),
  id: z.string(),
  incident: z.string(),
  time: z.string(),
  scope: z.strictObject({ service: z.exactOptional(z.string()), replica: z.exactOptional(z.string()) }),
  class: z.exactOptional(z.string()),
  confidence: z.exactOptional(z.number()),
  runnersUp: z.exactOptional(z.array(z.strictObject({ class: z.string(), confidence: z.number() }))),
  pathway: z.exactOptional(z.string()),
  action: z.exactOptional(z.string()),
  outcome: z.exactOptional(z.string()),
  reasons: z.array(z.string()),
  more: z.exactOptional(z.record(z.string(), z.json())),
});

const evidenceSchema = z.strictObject({ confirmed: z.boolean(), expected: z.string(), seen: z.string() });

const auditLookSchema = z.discriminatedUnion("ok", [
  z.strictObject({
    ok: z.literal(true),
    records: z.array(
      z.strictObject({
        seq: z.number(),
        what: z.string(),
        principal: z.exactOptional(z.string()),
        incident: z.exactOptional(z.string()),
      }),
    ),
    chain: z.discriminatedUnion("ok", [
      z.strictObject({ ok: z.literal(true) }),
      z.strictObject({ ok: z.literal(false), brokenSeq: z.number(), says: z.string() }),
    ]),
  }),
  z.strictObject({ ok: z.literal(false), reason: z.string() }),
]);

/** One event of a timeline. */
export const timelineEventSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("phase"),
    at,
    phase: z.enum(["boot", "warmup", "baseline", "inject", "observe", "revert", "after", "teardown", "done"]),
    epochNs: z.exactOptional(z.string().regex(/^\d+$/)),
  }),
  z.strictObject({ kind: z.literal("reading"), at, probe: z.string(), from: at, reading: readingSchema }),
  z.strictObject({ kind: z.literal("late"), at, id: z.number() }),
  z.strictObject({
    kind: z.literal("request"),
    at,
    id: z.number(),
    intended: at,
    sent: at.nullable(),
    firstToken: at.nullable(),
    done: at.nullable(),
    outcome: z.enum(["answered", "error", "unsent"]),
    error: z.exactOptional(z.string()),
    note: z.exactOptional(z.string()),
    right: z.boolean().nullable(),
  }),
  z.strictObject({
    kind: z.literal("feed"),
    at,
    state: z.enum(["open", "alive", "lost", "refused"]),
    reason: z.exactOptional(z.string()),
  }),
  z.strictObject({ kind: z.literal("claim"), at, claim: claimSchema }),
  z.strictObject({
    kind: z.literal("inventory"),
    at,
    from: at,
    lastSameFrom: at,
    inventory: inventorySchema,
    changes: z.array(
      z.strictObject({
        service: z.string(),
        replica: z.string(),
        field: z.enum(["pid", "weight", "version", "files", "presence"]),
        before: cellSchema,
        after: cellSchema,
      }),
    ),
  }),
  z.strictObject({
    kind: z.literal("fault"),
    at,
    disturbance: z.number(),
    step: z.enum(["aiming", "applying", "confirmed", "unconfirmed", "reverting", "reverted", "revert-failed"]),
    evidence: z.exactOptional(evidenceSchema),
    reason: z.exactOptional(z.string()),
    harmFrom: z.exactOptional(at),
  }),
  z.strictObject({
    kind: z.literal("abort"),
    at,
    name: z.string(),
    expression: z.string(),
    values: z.record(z.string(), z.number()),
    blind: z.exactOptional(z.strictObject({ forMs: z.number(), reason: z.string() })),
  }),
  z.strictObject({ kind: z.literal("load-change"), at, disturbance: z.number(), times: z.number() }),
  z.strictObject({ kind: z.literal("pace"), at, lagMs: z.number() }),
  z.strictObject({ kind: z.literal("pressure"), at, from: at, look: pressureLookSchema }),
  z.strictObject({ kind: z.literal("calibration"), at, calibration: calibrationSchema }),
  z.strictObject({ kind: z.literal("machine-survey"), at, moment: momentSchema, survey: machineSurveySchema }),
  z.strictObject({ kind: z.literal("stack-survey"), at, moment: momentSchema, survey: stackSurveySchema }),
  z.strictObject({
    kind: z.literal("write"),
    at,
    from: at,
    id: z.string(),
    ok: z.boolean(),
    reason: z.exactOptional(z.string()),
  }),
  z.strictObject({
    kind: z.literal("read-back"),
    at,
    from: at,
    id: z.string(),
    found: z.boolean().nullable(),
    reason: z.exactOptional(z.string()),
  }),
  z.strictObject({ kind: z.literal("audit"), at, from: at, look: auditLookSchema }),
  z.strictObject({
    kind: z.literal("trouble"),
    at,
    where: z.string(),
    reason: z.string(),
    fatal: z.exactOptional(z.literal(true)),
  }),
]) satisfies z.ZodType<TimelineEvent>;

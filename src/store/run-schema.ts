// The shape of run.json and verdict.json: one source for reading, validation and the published JSON Schema.

import { comparisonArms } from "../core/arms.ts";
import { z } from "zod";
import type { IntentResult, RunResult, TrialResult } from "../core/verdict.ts";
import { harnessSchema, machineSchema } from "../records/begun.ts";
import { armSchema, planSchema } from "../records/plan.ts";
import { environmentSchema } from "./pressure-schema.ts";
import { actionsSchema, honestySchema, honestySummarySchema, scorecardSchema } from "./scorecard-schema.ts";

const ms = z.number();
const count = z.number().int().nonnegative();
const outcomeSchema = z.enum(["pass", "fail", "inconclusive"]);
const trialOutcomeSchema = z.enum(["pass", "fail", "inconclusive", "invalid", "residue"]);

const markSchema = z.strictObject({ at: ms, lo: ms, hi: ms });
const spanSchema = z.strictObject({ ms, lo: ms, hi: ms, formula: z.string() });
const mark = z.exactOptional(markSchema);
const span = z.exactOptional(spanSchema);

const marksSchema = z.strictObject({
  t0: mark,
  t1: mark,
  t2: mark,
  t2c: mark,
  t3: mark,
  t4: mark,
  t5: mark,
  t6: mark,
  t7: mark,
  t8: mark,
});

const seenSchema = z.enum(["good", "bad", "unseen"]);
const values = z.record(z.string(), z.number());

const windowSchema = z.strictObject({
  from: ms,
  to: ms,
  state: seenSchema,
  users: seenSchema,
  back: z.exactOptional(z.strictObject({ state: seenSchema, users: seenSchema })),
  broken: z.array(z.string()),
  values,
  reasons: z.exactOptional(z.record(z.string(), z.string())),
});

const latencySchema = z.strictObject({
  samples: count,
  p50: z.exactOptional(ms),
  p95: z.exactOptional(ms),
  p99: z.exactOptional(ms),
});

const wordCounts = z.record(z.string(), count);
const wordFacts = z.exactOptional(z.strictObject({ baseline: wordCounts, disturbed: wordCounts }));

const blindLooksSchema = z.strictObject({ looks: count, unseen: count, by: wordCounts, last: z.string() });

const notedLooksSchema = z.strictObject({ looks: count, noted: count, by: wordCounts, last: z.string() });

const loadFactsSchema = z.strictObject({
  expected: count,
  answered: count,
  errors: count,
  errorsBy: wordFacts,
  notesBy: wordFacts,
  unsent: count,
  lateSendShare: z.number(),
  lagMaxMs: ms,
  sendLagMs: ms,
  hole: z.exactOptional(z.strictObject({ from: ms, to: ms })),
  strays: z.exactOptional(count),
  baselineLatency: latencySchema,
  disturbedLatency: latencySchema,
});

const lossSchema = z.strictObject({
  gone: count,
  unseen: count,
  unseenBy: z.exactOptional(wordCounts),
  ids: z.exactOptional(z.strictObject({ first: z.string(), last: z.string() })),
  window: z.exactOptional(z.strictObject({ from: markSchema, to: markSchema })),
  reach: span,
});

const documentFactsSchema = z.strictObject({
  written: count,
  refused: count,
  refusedBy: z.exactOptional(wordCounts),
  silentMs: ms,
  atEnd: z.exactOptional(lossSchema),
  afterRevert: z.exactOptional(lossSchema),
});

const approvalFactsSchema = z.strictObject({
  waits: z.array(
    z.strictObject({
      incident: z.string(),
      pathway: z.exactOptional(z.string()),
      outcome: z.enum(["granted", "denied", "expired", "waiting"]),
      asked: markSchema,
      answered: mark,
      wait: spanSchema,
    }),
  ),
  total: spanSchema,
  inResolve: span,
});

const overReachSchema = z.strictObject({
  touches: z.array(
    z.strictObject({
      service: z.exactOptional(z.string()),
      replica: z.exactOptional(z.string()),
      by: z.enum(["claim", "inventory"]),
      at: markSchema,
      says: z.string(),
    }),
  ),
  healthy: z.array(z.string()),
  drained: z.exactOptional(z.string()),
  radius: z.strictObject({ planned: count, actual: count, of: count }),
});

const factsSchema = z.strictObject({
  marks: marksSchema,
  mttd: span,
  detectionAfterImpact: span,
  mttr: span,
  resolve: span,
  ttm: span,
  windows: z.array(windowSchema),
  baseline: values,
  load: loadFactsSchema,
  tookMs: z.exactOptional(ms),
  blindSamples: z.exactOptional(z.record(z.string(), blindLooksSchema)),
  sampleNotes: z.exactOptional(z.record(z.string(), notedLooksSchema)),
  pathway: z.string().nullable(),
  recovery: z.enum(["healed", "waited-out", "not-recovered", "not-disturbed", "unseen"]),
  relapse: z.strictObject({ watchedMs: ms, wantedMs: ms, at: mark }),
  calm: z.exactOptional(z.strictObject({ watchedMs: ms, alarms: count })),
  approvals: z.exactOptional(approvalFactsSchema),
  overReach: z.exactOptional(overReachSchema),
  appeared: z.exactOptional(z.array(z.string())),
  documents: z.exactOptional(documentFactsSchema),
  burn: z.exactOptional(z.strictObject({ bad: z.number(), expected: z.number(), slo: z.number(), burn: z.number() })),
  actions: z.exactOptional(actionsSchema),
  honesty: z.exactOptional(honestySchema),
  environment: z.exactOptional(environmentSchema),
});

const findingSchema = z.strictObject({
  rule: z.string(),
  outcome: outcomeSchema,
  says: z.string(),
  restsOn: z.array(ms),
  at: z.exactOptional(ms),
});

const verdictSchema = z.strictObject({ outcome: trialOutcomeSchema, findings: z.array(findingSchema) });

/** One trial's plan, facts and verdict: one entry of run.json, and the whole of verdict.json. */
export const trialResultSchema = z.strictObject({
  plan: planSchema,
  facts: factsSchema,
  verdict: verdictSchema,
}) satisfies z.ZodType<TrialResult>;

const timeSummarySchema = z.strictObject({
  n: count,
  censored: count,
  formula: z.string(),
  single: span,
  median: z.exactOptional(z.strictObject({ ms, lo: z.exactOptional(ms), hi: z.exactOptional(ms) })),
  says: z.string(),
});

const armCountSchema = z.strictObject({ recovered: count, of: count });

const differenceSchema = z.exactOptional(z.strictObject({ value: z.number(), lo: z.number(), hi: z.number() }));

const comparisonSchema = z.strictObject({
  arm: z.enum(comparisonArms),
  recovered: count,
  of: count,
  byOther: count,
  difference: differenceSchema,
  says: z.string(),
});

const gainSchema = z.strictObject({
  recovery: differenceSchema,
  times: z.exactOptional(z.strictObject({ chiSquare: z.number(), p: z.number() })),
  says: z.string(),
});

const attributionSchema = z.strictObject({
  verdict: z.enum(["ATTRIBUTED", "SELF-RECOVERED", "WRONG-PATHWAY", "UNPROVEN"]),
  treatment: armCountSchema,
  ablation: armCountSchema,
  difference: differenceSchema,
  confidence: z.exactOptional(z.number()),
  chance: z.exactOptional(z.number()),
  comparisons: z.exactOptional(z.array(comparisonSchema)),
  gain: z.exactOptional(gainSchema),
  says: z.string(),
});

const stoppedSchema = z.strictObject({ because: z.string(), trials: count, most: count });

const intentResultSchema = z.strictObject({
  intent: z.string(),
  title: z.string(),
  belief: z.string(),
  target: z.string(),
  outcome: trialOutcomeSchema,
  says: z.string(),
  arms: z.array(armSchema),
  trials: z.array(trialResultSchema),
  mttd: z.exactOptional(timeSummarySchema),
  mttr: z.exactOptional(timeSummarySchema),
  ttm: z.exactOptional(timeSummarySchema),
  pathway: z.string().nullable(),
  attribution: z.exactOptional(attributionSchema),
  recoveryRate: z.exactOptional(
    z.strictObject({
      recovered: count,
      of: count,
      lo: z.number(),
      hi: z.number(),
      confidence: z.exactOptional(z.number()),
      proves: z.exactOptional(z.number()),
    }),
  ),
  falseAlarms: z.exactOptional(
    z.strictObject({
      alarms: count,
      watchedMs: ms,
      perHour: z.number(),
      lo: z.number(),
      hi: z.number(),
      says: z.string(),
    }),
  ),
  honesty: z.exactOptional(honestySummarySchema),
  stopping: z.exactOptional(stoppedSchema),
}) satisfies z.ZodType<IntentResult>;

const governedSchema = z.strictObject({
  jobs: count,
  mostAtOnce: count,
  changes: z.array(z.strictObject({ atMs: ms, jobs: count, because: z.string() })),
});

/** The whole of run.json, version 1. */
export const runSchema = z.strictObject({
  schemaVersion: z.literal(1),
  runId: z.string(),
  suite: z.string().nullable(),
  startedAt: z.string(),
  endedAt: z.string(),
  seed: z.number(),
  machine: machineSchema,
  harness: harnessSchema,
  interrupted: z.boolean(),
  reason: z.exactOptional(z.enum(["interrupted", "stopped", "failed"])),
  failure: z.exactOptional(z.string()),
  planned: count,
  governor: z.exactOptional(governedSchema),
  outcome: trialOutcomeSchema,
  intents: z.array(intentResultSchema),
  scorecard: z.exactOptional(scorecardSchema),
}) satisfies z.ZodType<RunResult>;

/** JSON Schema (draft 2020-12) of run.json; `src/store/run.schema.json` is this, written down. */
export function runJsonSchema(): Readonly<Record<string, unknown>> {
  return {
    $id: "https://rebound.invalid/run.schema.json",
    title: "Rebound run.json",
    description: "One run: every intent, its trials, the facts measured and the verdicts drawn. Durations are in ms.",
    ...z.toJSONSchema(runSchema, { reused: "ref" }),
  };
}

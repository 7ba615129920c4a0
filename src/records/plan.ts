// A plan: what will be done, when, to whom. Pure data; making one touches nothing.

import { z } from "zod";
import { armNames } from "../core/arms.ts";
import { claimTypes } from "./claim.ts";
import { conditionSchema, expectationSchema, loadSchema, steadySchema } from "./conditions.ts";
import { count, doseUnit, intentIdSchema, ms, noun, runIdSchema, share, type Frozen } from "./parts.ts";
import { predictionSchema } from "./prediction.ts";
import { siteSchema } from "./site.ts";

/** Arms as they are written in files. */
export const armSchema = noun("ArmName", "What is done in a trial, and with how much of the healer.", z.enum(armNames));

const timingSchema = noun(
  "Timing",
  "When a disturbance begins and how long it stays; at most one of atMs, when and during.",
  z.strictObject({
    atMs: ms.describe("Applied this long after the injection began.").exactOptional(),
    when: z
      .union([
        z.strictObject({ condition: z.string().describe("A condition over probes.") }),
        z.strictObject({ claim: z.enum(claimTypes).describe("A claim of the healer.") }),
      ])
      .describe("Applied as soon as this is true.")
      .exactOptional(),
    during: z.literal("recovery").describe("Applied once the healer acts.").exactOptional(),
    forMs: ms
      .describe("Taken back this long after it was confirmed, while the trial goes on. Absent: at the end.")
      .exactOptional(),
  }),
);
export type Timing = Frozen<z.infer<typeof timingSchema>>;

const levelSchema = noun(
  "PlannedLevel",
  "How hard a disturbance shall hit, and the dose that did so before.",
  z.strictObject({
    intended: z.enum(["noticeable", "significant", "disabling"]).describe("The impact that is meant."),
    param: z.string().describe("The parameter that is the dose."),
    dose: z.number().describe("The dose, in the unit of its fault."),
    unit: doseUnit.describe("That unit; absent in plans that were made before it was written down.").exactOptional(),
    key: z.string().describe("Digest of what else the impact depends on."),
    trials: count.describe("Impacts that the dose rests on."),
    lo: z.number().describe("The right dose is not milder; absent: it may be.").exactOptional(),
    hi: z.number().describe("The right dose is not harsher; absent: it may be.").exactOptional(),
  }),
);
export type PlannedLevel = Frozen<z.infer<typeof levelSchema>>;

const disturbanceSchema = noun(
  "PlannedDisturbance",
  "One thing that is done to the stack.",
  z.strictObject({
    type: z.literal("fault"),
    fault: z.string().describe("Its name, such as network.latency."),
    site: siteSchema.describe("Where it is applied; without names where it acts on no replica."),
    feltBy: z
      .string()
      .describe("Another service, in which it shows: a repair there is within reach. Absent: it shows at its site.")
      .exactOptional(),
    seed: z.number().describe("What its choices follow from."),
    params: z.record(z.string(), z.unknown()).describe("Its parameters, as the intent has them."),
    harmless: z.literal(true).describe("It changes nothing.").exactOptional(),
    byOperator: z
      .literal(true)
      .describe(
        "Work that people plan: what the inventory shows of its replica while it is applied or taken back is no remedy.",
      )
      .exactOptional(),
    timing: timingSchema.describe("Absent: it begins with the injection and stays to the end.").exactOptional(),
    level: levelSchema.describe("Absent: the intent says its dose itself.").exactOptional(),
  }),
);
export type PlannedDisturbance = Frozen<z.infer<typeof disturbanceSchema>>;

const tierSchema = z.enum(["low", "medium", "high"]);
export type Tier = z.infer<typeof tierSchema>;

/** What an action looks like to somebody who only sees who runs where. */
export const seenKinds = [
  "rollback",
  "restart",
  "replace",
  "scale-out",
  "scale-in",
  "weight",
  "version",
  "files",
] as const;

const traitsSchema = noun(
  "PathwayTraits",
  "What a target may say of a pathway besides its name; absent: no tier, weight 1, seen as nothing.",
  z.strictObject({
    tier: tierSchema.describe("How much harm the pathway itself may do.").exactOptional(),
    weight: z.number().describe("Share of the suite's score, relative to the other pathways.").exactOptional(),
    seenAs: z
      .enum(seenKinds)
      .describe("By what change of the inventory it is recognised where nothing is said of actions.")
      .exactOptional(),
  }),
);
export type PathwayTraits = Frozen<z.infer<typeof traitsSchema>>;
export type SeenKind = NonNullable<PathwayTraits["seenAs"]>;

const operatorSchema = noun(
  "OperatorScript",
  "What the scripted operator does when the healer asks for approval.",
  z.discriminatedUnion("does", [
    z.strictObject({ does: z.literal("absent").describe("Nobody answers.") }),
    z.strictObject({
      does: z.enum(["approve", "deny"]).describe("The answer."),
      afterMs: ms.describe("So long after the question arrived."),
      people: z.number().describe("So many people give it, one after the other, each with a token of their own."),
    }),
  ]),
);
export type OperatorScript = Frozen<z.infer<typeof operatorSchema>>;

const sequentialSchema = noun(
  "Sequential",
  "How a run may end before its last trial. Intervals are wider for every look that was planned.",
  z.strictObject({
    most: z.number().describe("Trials in each arm at most, whatever comes of them."),
    looks: z
      .number()
      .describe(
        "Most looks at the results after which the run might end; they share the error that one look may have.",
      ),
    width: share
      .describe("The interval of the recovery rate shall be no wider than this; absent: its width is not asked.")
      .exactOptional(),
  }),
);
export type Sequential = Frozen<z.infer<typeof sequentialSchema>>;

const signalSchema = z.strictObject({
  preset: z.string().describe("Which signal of which server."),
  freshMs: ms.describe("What it says may be older by this: who rests on it cannot detect faster."),
});

const targetFactsSchema = z.strictObject({
  hasFeed: z.boolean().describe("A feed is expected (not where the healer is off)."),
  alarmsOnly: z
    .literal(true)
    .describe("The feed tells of what was found and when it was over, and nothing of actions; absent: of both.")
    .exactOptional(),
  pathways: z.array(z.string()).describe("Its pathways."),
  traits: z
    .record(z.string(), traitsSchema)
    .describe("Tier and weight of the pathways that have one; absent when none has.")
    .exactOptional(),
  dataProbes: z.array(z.string()).describe("Probes that tell of lost data."),
  documentsEveryMs: ms
    .describe("How often a document of our own is written; absent when the target does not say how.")
    .exactOptional(),
  hasAudit: z.literal(true).describe("The target publishes its audit.").exactOptional(),
  stateProbes: z
    .array(
      z.strictObject({
        name: z.string().describe("The probe's name."),
        everyMs: ms.describe("Time between two of its samples."),
        signal: signalSchema
          .describe("Of a probe that reads what the target says of itself; it must prove itself before the injection.")
          .exactOptional(),
      }),
    )
    .describe("Its state probes."),
  files: z
    .string()
    .describe("Digest of the files that the target is made of; absent in older runs, and where they are too many.")
    .exactOptional(),
});

export const planSchema = noun(
  "TrialPlan",
  "The whole of plan.json, version 1: one trial.",
  z.strictObject({
    schemaVersion: z.literal(1),
    runId: runIdSchema.describe("The run that it belongs to."),
    intent: intentIdSchema.describe("Id of the intent: theme/name."),
    intentFile: z.string().describe("Where the intent was read."),
    belief: z.string().describe("What the intent believes."),
    target: z.string().describe("Name of the target."),
    arm: armSchema,
    index: z
      .number()
      .describe(
        "Counts from 1 within intent and arm; the same index has the same seed in every arm, and both arms of a second occurrence have another.",
      ),
    seed: z.number().describe("What every choice of the trial follows from."),
    load: loadSchema,
    steady: steadySchema,
    disturbances: z.array(disturbanceSchema).describe("What is done to the stack, in order."),
    expect: expectationSchema,
    takesWholeService: z
      .array(z.string())
      .describe("Services of which no replica is spared: the intent asks for all of them and its limits allow it.")
      .exactOptional(),
    operator: operatorSchema
      .describe("Who answers what the healer asks; absent: nobody is scripted, and nobody answers.")
      .exactOptional(),
    settings: z
      .record(z.string(), z.string())
      .describe("The value of each setting of the target; absent when it has none.")
      .exactOptional(),
    abortIf: z
      .array(conditionSchema)
      .describe("Watched while a fault is in place; when one is true the fault is taken back at once.")
      .exactOptional(),
    sequential: sequentialSchema.describe("Set when the run may end before its last trial.").exactOptional(),
    learning: z
      .enum(["lesson", "kept", "emptied"])
      .describe(
        "lesson: what the healer learns is kept for the second occurrence of this index; kept: it begins with that; " +
          "emptied: it begins with nothing. Absent where there is no second occurrence.",
      )
      .exactOptional(),
    ablated: z.array(z.string()).describe("Pathways whose action is a no-op in this trial, else empty."),
    injectAfterMs: ms.describe("Random wait before injection: breaks step with the target's periodic loops."),
    watchMs: ms.describe("The trial ends at the latest this long after injection (τ, fixed before the run)."),
    holdMs: ms.describe("Good windows for this long make a recovery."),
    targetFacts: targetFactsSchema.describe("What the target declared when the plan was made."),
    predicted: predictionSchema
      .describe("What the history made expect of it; absent: nothing, and in older runs. No verdict asks for it.")
      .exactOptional(),
    estimateMs: ms.describe("Estimated wall time of the trial, for the progress display."),
  }),
);
export type TrialPlan = Frozen<z.infer<typeof planSchema>>;

// All facts of a trial. A new one is a line here, and a line in measure/facts/table.ts: without it nothing compiles.

import { z } from "zod";
import { noun, type Frozen } from "../parts.ts";
import { actionsSchema } from "./actions.ts";
import { appearedSchema } from "./appeared.ts";
import { approvalsSchema } from "./approvals.ts";
import { burnSchema } from "./burn.ts";
import { calmSchema } from "./calm.ts";
import { documentsSchema } from "./documents.ts";
import { environmentSchema } from "./environment.ts";
import { honestySchema } from "./honesty.ts";
import { impactSchema } from "./impact.ts";
import { incidentsSchema } from "./incidents.ts";
import { loadFactsSchema } from "./load.ts";
import { marksSchema } from "./marks.ts";
import { overReachSchema } from "./over-reach.ts";
import { pathwaySchema, recoverySchema, relapseSchema } from "./recovery.ts";
import { blindSamplesSchema, sampleNotesSchema } from "./samples.ts";
import {
  detectionAfterImpactSchema,
  firstActionSchema,
  mttdSchema,
  mttrSchema,
  resolveSchema,
  ttmSchema,
} from "./spans.ts";
import { tookMsSchema } from "./took-ms.ts";
import { baselineSchema, windowsSchema } from "./windows.ts";

/**
 * What is optional may be absent: of a trial of which it cannot be told, and of runs written before it was measured.
 */
export const factsSchema = noun(
  "TrialFacts",
  "What follows by arithmetic from one timeline.",
  z.strictObject({
    windows: windowsSchema,
    baseline: baselineSchema,
    load: loadFactsSchema,
    tookMs: tookMsSchema.exactOptional(),
    blindSamples: blindSamplesSchema.exactOptional(),
    sampleNotes: sampleNotesSchema.exactOptional(),
    marks: marksSchema,
    mttd: mttdSchema.exactOptional(),
    firstAction: firstActionSchema.exactOptional(),
    detectionAfterImpact: detectionAfterImpactSchema.exactOptional(),
    mttr: mttrSchema.exactOptional(),
    resolve: resolveSchema.exactOptional(),
    ttm: ttmSchema.exactOptional(),
    pathway: pathwaySchema,
    recovery: recoverySchema,
    relapse: relapseSchema,
    calm: calmSchema.exactOptional(),
    approvals: approvalsSchema.exactOptional(),
    overReach: overReachSchema.exactOptional(),
    appeared: appearedSchema.exactOptional(),
    documents: documentsSchema.exactOptional(),
    burn: burnSchema.exactOptional(),
    impact: impactSchema.exactOptional(),
    actions: actionsSchema.exactOptional(),
    incidents: incidentsSchema.exactOptional(),
    honesty: honestySchema.exactOptional(),
    environment: environmentSchema.exactOptional(),
  }),
);
export type TrialFacts = Frozen<z.infer<typeof factsSchema>>;

// The files that Rebound writes and reads, in the order of a run: what JSON Schemas and the reference page are made
// of. A noun below one of these needs no line of its own.

import type { z } from "zod";
import { begunSchema, keptIntentSchema } from "./begun.ts";
import { historyRowSchema } from "./history-row.ts";
import { impactRowSchema } from "./impact-row.ts";
import { planSchema } from "./plan.ts";
import { runSchema } from "./results/run-result.ts";
import { trialResultSchema } from "./results/trial-result.ts";
import { runEventSchema } from "./run-events.ts";
import { sweepRowSchema, sweepSchema } from "./sweep.ts";
import { timelineEventSchema } from "./timeline/event.ts";
import { undoLineSchema } from "./undo.ts";

/** One file (or one line of one), by its schema. */
export interface RecordedFile {
  /** As users see it in a run folder, or on the wire. */
  readonly file: string;
  readonly schema: z.ZodType;
}

export const recordedFiles: readonly RecordedFile[] = [
  { file: "begun.json", schema: begunSchema },
  { file: "intents/THEME/NAME.json", schema: keptIntentSchema },
  { file: "trials/INTENT/ARM-N/plan.json", schema: planSchema },
  { file: "trials/INTENT/ARM-N/timeline.jsonl (each line)", schema: timelineEventSchema },
  { file: "trials/INTENT/ARM-N/verdict.json", schema: trialResultSchema },
  { file: "run.json", schema: runSchema },
  { file: "undo.jsonl (each line)", schema: undoLineSchema },
  { file: "history/trials.ndjson (each line, beside the run folders)", schema: historyRowSchema },
  { file: "sweeps/ID/sweep.json (beside the run folders)", schema: sweepSchema },
  { file: "history/sweeps.ndjson (each line, beside the run folders)", schema: sweepRowSchema },
  { file: "history/impacts.ndjson (each line, beside the run folders)", schema: impactRowSchema },
  { file: "what happens in a run (each event that reporters get)", schema: runEventSchema },
];

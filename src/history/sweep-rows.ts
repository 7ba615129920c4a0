// The rows of all sweeps on disk: one line a sweep, only ever appended to, beside those of the trials.

import { join } from "node:path";
import { sweepRowSchema, type Sweep, type SweepRow } from "../records/sweep.ts";
import { historyDirOf } from "./rows-file.ts";
import { appendSmall, readSmall, type SmallRows } from "./small-rows.ts";

/** File of the rows beside the run folders of `outDir`. */
export function sweepsFileOf(outDir: string): string {
  return join(historyDirOf(outDir), "sweeps.ndjson");
}

/** What is kept of a sweep. */
export function rowOfSweep(sweep: Sweep): SweepRow {
  const { sweepId, startedAt, harness, target, settings, intent, fault, param, unit, mildest, harshest } = sweep;
  return {
    v: 1,
    sweep: sweepId,
    started: startedAt,
    harness: harness.version,
    target,
    ...(settings && { settings }),
    intent,
    fault,
    param,
    unit,
    mildest,
    harshest,
    trials: sweep.trials.filter(({ answer }) => answer !== "untold").length,
    breaks: sweep.breaks,
  };
}

/** Appends a row. Throws HarnessError "environment" when it cannot. */
export async function appendSweep(outDir: string, row: SweepRow): Promise<void> {
  await appendSmall(rowsOf(outDir), [row]);
}

/** All rows, oldest sweep first, and a sentence for each line that is none. None where there is no such file. */
export async function readSweeps(outDir: string): ReturnType<typeof readSmall<SweepRow>> {
  const { rows, notes } = await readSmall(rowsOf(outDir));
  return { rows: rows.toSorted((a, b) => (a.started < b.started ? -1 : Number(a.started > b.started))), notes };
}

function rowsOf(outDir: string): SmallRows<SweepRow> {
  return { file: sweepsFileOf(outDir), schema: sweepRowSchema, of: "a sweep" };
}

// The rows of all sweeps on disk: one line a sweep, only ever appended to, beside those of the trials.

import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { isAbsent, syncFolder } from "../lib/fs.ts";
import { endTornLine, linesIn, readJsonLine } from "../lib/json-lines.ts";
import { sweepRowSchema, type Sweep, type SweepRow } from "../records/sweep.ts";
import { makeFolder } from "../store/make-folder.ts";
import { asEnvironment } from "../store/whole-file.ts";
import { historyDirOf } from "./rows-file.ts";

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

/** Appends a row, through to the disk. Throws HarnessError "environment" when it cannot. */
export async function appendSweep(outDir: string, row: SweepRow): Promise<void> {
  const file = sweepsFileOf(outDir);
  await asEnvironment(`cannot append to the history ${file}`, async () => {
    await makeFolder(historyDirOf(outDir));
    const handle = await open(file, "a+");
    try {
      await endTornLine(handle);
      await handle.appendFile(`${JSON.stringify(sweepRowSchema.parse(row))}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await syncFolder(historyDirOf(outDir));
  });
}

/** All rows, oldest sweep first, and a sentence for each line that is none. None where there is no such file. */
export async function readSweeps(
  outDir: string,
): Promise<{ readonly rows: readonly SweepRow[]; readonly notes: readonly string[] }> {
  const file = sweepsFileOf(outDir);
  const text = await asEnvironment(`cannot read the history ${file}`, () => readFile(file, "utf8")).catch(
    (thrown: unknown) => {
      if (thrown instanceof Error && isAbsent(thrown.cause)) return "";
      throw thrown;
    },
  );
  const [rows, notes]: [SweepRow[], string[]] = [[], []];
  for (const [index, line] of linesIn(text).entries()) {
    const read = readJsonLine(line);
    const row = read.ok ? sweepRowSchema.safeParse(read.value) : undefined;
    if (row?.success === true) rows.push(row.data);
    else notes.push(`${file}: line ${index + 1} of those that hold anything is no row of a sweep: skipped`);
  }
  return { rows: rows.toSorted((a, b) => (a.started < b.started ? -1 : Number(a.started > b.started))), notes };
}

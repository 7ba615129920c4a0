// What a sweep leaves: sweep.json and its page in its folder, and its row in the history.

import { join } from "node:path";
import { HarnessError } from "../../core/errors.ts";
import { appendSweep, readSweeps, rowOfSweep } from "../../history/sweep-rows.ts";
import { sweepSchema, type Sweep } from "../../records/sweep.ts";
import { sweepPage } from "../../report/sweep-page.ts";
import { asEnvironment, writeJson, writeWhole } from "../../store/whole-file.ts";
import { doseTrends, type DoseTrend } from "../../verdict/dose-trend.ts";
import { faultTable } from "../compose/trial-stack.ts";
import type { Swept } from "./sweep.ts";

/** Where its page lies, and how the breaking dose went up to this sweep. */
interface WrittenSweep {
  readonly page: string;
  readonly trend: DoseTrend | undefined;
}

/**
 * Writes all of it; `out`: the folder that the runs' folders lie in. A sweep in which no trial told anything leaves no
 * row. Throws HarnessError "environment" when a file cannot be written.
 */
export async function writeSweep(
  { sweep, dir }: Swept,
  out: string,
  onTrouble: (says: string) => void,
): Promise<WrittenSweep> {
  const row = rowOfSweep(checked(sweep));
  await asEnvironment(`cannot write into ${dir}`, () => writeJson(join(dir, "sweep.json"), sweep));
  if (row.trials > 0) await appendSweep(out, row);
  const { rows, notes } = await readSweeps(out);
  for (const note of notes) onTrouble(note);
  const trend = doseTrends(rows).find((one) => one.rows.some(({ sweep: id }) => id === sweep.sweepId));
  const page = join(dir, "index.html");
  const dose = faultTable.get(sweep.fault)?.dose;
  if (dose === undefined) throw new HarnessError("bug", `${sweep.fault} was swept and has no dose`);
  await asEnvironment(`cannot write ${page}`, () => writeWhole(page, sweepPage(sweep, dose, trend)));
  return { page, trend };
}

function checked(sweep: Sweep): Sweep {
  return sweepSchema.parse(JSON.parse(JSON.stringify(sweep)));
}

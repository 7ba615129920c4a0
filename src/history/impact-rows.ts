// The rows of measured impacts on disk, beside those of the trials.

import { join } from "node:path";
import { impactRowSchema, type ImpactRow } from "../records/impact-row.ts";
import { historyDirOf } from "./rows-file.ts";
import { appendSmall, readSmall, type SmallRows } from "./small-rows.ts";

function rowsOf(outDir: string): SmallRows<ImpactRow> {
  return { file: join(historyDirOf(outDir), "impacts.ndjson"), schema: impactRowSchema, of: "an impact" };
}

/** Appends rows. Throws HarnessError "environment" when it cannot. */
export async function appendImpacts(outDir: string, rows: readonly ImpactRow[]): Promise<void> {
  await appendSmall(rowsOf(outDir), rows);
}

/** All rows, in the order in which they were written, and a sentence for each line that is none. */
export async function readImpacts(outDir: string): ReturnType<typeof readSmall<ImpactRow>> {
  return readSmall(rowsOf(outDir));
}

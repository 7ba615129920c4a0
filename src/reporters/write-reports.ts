// What a run leaves for people and for other programs: run.json first, where it is not there as it is, then what each
// reporter makes of it.

import { join } from "node:path";
import { writeResult } from "../store/results.ts";
import { finishAll, type Reporter, type RunEnd } from "./reporter.ts";

/**
 * Writes all reports of a run into its folder; returns the path of the HTML report, and what went wrong, if anything.
 */
export async function writeReports(
  reporters: readonly Reporter[],
  end: RunEnd,
): Promise<{ readonly path: string; readonly failure?: unknown }> {
  if (end.isThere !== true)
    await writeResult(end.dir, end.result, end.textOf === undefined ? end.trialOf : { textOf: end.textOf });
  return { path: join(end.dir, "index.html"), ...(await finishAll(reporters, end)) };
}

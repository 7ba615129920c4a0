// What a run leaves for people and for other programs: run.json first, then what each reporter makes of it.

import { join } from "node:path";
import type { RunResult } from "../records/results/run-result.ts";
import { renderConsoleTable } from "../report/console-table.ts";
import { finishAll, type Reporter, type RunEnd } from "../reporters/reporter.ts";
import { writeResult } from "../store/run-folder.ts";

/** Writes all reports of a run into its folder; returns the path of the HTML report, and what went wrong, if anything. */
export async function writeReports(
  reporters: readonly Reporter[],
  end: RunEnd,
): Promise<{ readonly path: string; readonly failure?: unknown }> {
  await writeResult(end.dir, end.result);
  return { path: join(end.dir, "index.html"), ...(await finishAll(reporters, end)) };
}

/** Prints the closing table. */
export function printTable(result: RunResult, reportPath: string): void {
  const colour = process.stdout.isTTY && process.env["NO_COLOR"] === undefined;
  process.stdout.write(`\n${renderConsoleTable(result, reportPath, process.stdout.columns ?? 120, colour)}`);
}

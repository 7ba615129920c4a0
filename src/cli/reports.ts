// What a run leaves for people and for other programs.

import { join } from "node:path";
import type { RunResult, TrialRecord } from "../core/verdict.ts";
import { renderConsoleTable } from "../report/console-table.ts";
import { renderHtml } from "../report/html.ts";
import { renderJunit } from "../report/junit.ts";
import { renderSummary } from "../report/summary.ts";
import { writeRun } from "../store/run-folder.ts";

/** Writes all reports of a run into its folder and returns the path of the HTML report. */
export async function writeReports(dir: string, result: RunResult, records: readonly TrialRecord[]): Promise<string> {
  await writeRun(dir, result, {
    html: renderHtml(result, records),
    junit: renderJunit(result),
    summary: renderSummary(result),
  });
  return join(dir, "index.html");
}

/** Prints the closing table. */
export function printTable(result: RunResult, reportPath: string): void {
  const colour = process.stdout.isTTY && process.env["NO_COLOR"] === undefined;
  process.stdout.write(`\n${renderConsoleTable(result, reportPath, process.stdout.columns ?? 120, colour)}`);
}

// The closing table of a run, on stdout.

import type { RunDigest } from "../core/digest.ts";
import { renderConsoleTable } from "../report/console-table.ts";

export function printTable(result: RunDigest, reportPath: string): void {
  const colour = process.stdout.isTTY && process.env["NO_COLOR"] === undefined;
  process.stdout.write(`\n${renderConsoleTable(result, reportPath, process.stdout.columns ?? 120, colour)}`);
}

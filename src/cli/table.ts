// Lines on stdout, notes on stderr, and the closing table of a run.

import type { RunDigest } from "../core/digest.ts";
import { renderConsoleTable } from "../report/console-table.ts";

export function printTable(result: RunDigest, reportPath: string): void {
  const colour = process.stdout.isTTY && process.env["NO_COLOR"] === undefined;
  process.stdout.write(`\n${renderConsoleTable(result, reportPath, process.stdout.columns ?? 120, colour)}`);
}

export function printLines(lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}

/** On stderr: stdout is for what was asked. */
export function sayLines(lines: readonly string[]): void {
  for (const line of lines) process.stderr.write(`${line}\n`);
}

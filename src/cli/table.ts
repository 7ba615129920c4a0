// Lines on stdout, notes on stderr, and the closing table of a run.

import { relative } from "node:path";
import type { RunDigest } from "../core/digest.ts";
import { renderConsoleTable } from "../report/console-table.ts";
import { visible } from "../report/text.ts";
import { deaf } from "../reporters/github.ts";

type Out = { write(text: string): unknown };

export function printTable(result: RunDigest, reportPath: string): void {
  const colour = process.stdout.isTTY && process.env["NO_COLOR"] === undefined;
  process.stdout.write(`\n${deaf(renderConsoleTable(result, reportPath, process.stdout.columns ?? 120, colour))}`);
}

/** What goes wrong beside a run. */
export function onTrouble(says: string): void {
  sayLines([`trouble: ${says}`]);
}

/** The table of a run, written or not: what was found out must not be lost for want of a disk. */
export function showRun({ result, reportPath }: { readonly result: RunDigest; readonly reportPath?: string }): void {
  printTable(result, reportPath === undefined ? "(not written)" : relative(process.cwd(), reportPath) || reportPath);
}

/** What names, files or settings say in them is made harmless here, to a terminal and to GitHub's runner. */
export function printLines(lines: readonly string[], to: Out = process.stdout): void {
  for (const line of lines) to.write(`${deaf(visible(line))}\n`);
}

/** What a program reads. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** On stderr: stdout is for what was asked. */
export function sayLines(lines: readonly string[], to: Out = process.stderr): void {
  for (const line of lines) to.write(`${deaf(visible(line))}\n`);
}

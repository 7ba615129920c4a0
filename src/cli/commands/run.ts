// `rebound run`: break, measure, judge, report.

import { relative } from "node:path";
import type { Ms } from "../../core/units.ts";
import { makeReporters } from "../../reporters/index.ts";
import { runChosen } from "../../run/run.ts";
import type { SelectOptions } from "../../run/overrides.ts";
import { choose } from "../../run/select.ts";
import { exitCodeOf, exitCodes, reportError } from "../exit.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { printTable } from "../table.ts";

export interface RunOptions extends SelectOptions {
  readonly jobs: number;
  readonly out: string;
  /** Of the run's time, ms. */
  readonly budget?: Ms;
}

/** Runs the chosen intents; the exit code tells the outcome. */
export async function run(files: readonly string[], options: RunOptions): Promise<number> {
  const choice = await choose(files, options);
  using interrupt = listenForInterrupt();
  const { stopping } = interrupt;
  const { jobs, out, budget } = options;
  const { result, reportPath, unwritten, clean, stopped } = await runChosen(choice, {
    jobs,
    out,
    stopping,
    ...(budget === undefined ? {} : { budget }),
    reporters: makeReporters(process.stdout),
    onTrouble: (says) => process.stderr.write(`trouble: ${says}\n`),
  });
  // Also when nothing could be written: what was found out must not be lost for want of a disk.
  printTable(result, reportPath === undefined ? "(not written)" : relative(process.cwd(), reportPath) || reportPath);
  if (!clean) process.stderr.write("Something could not be taken back; type `rebound restore`.\n");
  if (stopped.reason === "failed") return reportError(stopped.failure);
  if (unwritten !== undefined) return reportError(unwritten);
  if (stopped.reason !== undefined) return exitCodes.interrupted;
  // However green the verdicts: a run that leaves something behind is not a pass.
  return clean || result.outcome === "residue" ? exitCodeOf(result.outcome) : exitCodes.environment;
}

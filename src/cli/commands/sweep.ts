// `rebound sweep`: at which dose recovery breaks.

import { relative } from "node:path";
import type { Ms } from "../../core/units.ts";
import { makeReporters } from "../../reporters/index.ts";
import { doseTrendLines, sweepLines, sweepTrialLine } from "../../report/sweep-text.ts";
import type { Sweep } from "../../records/sweep.ts";
import { sweepIntent, type SweepHow } from "../../run/sweep/sweep.ts";
import { writeSweep } from "../../run/sweep/write-sweep.ts";
import { exitCodes } from "../exit.ts";
import { listenForInterrupt, type Interrupt } from "../interrupt.ts";
import { onTrouble, printLines } from "../table.ts";

export interface SweepOptions {
  readonly most: number;
  readonly budget?: Ms;
  readonly seed?: number;
  readonly setting?: Readonly<Record<string, string>>;
  readonly disturbance?: number;
  readonly out: string;
}

/** Sweeps one intent; exit code 0 when it is known where recovery breaks, or that it does not. */
export async function sweep(file: string, options: SweepOptions): Promise<number> {
  using interrupt = listenForInterrupt();
  const swept = await sweepIntent(file, { ...options, ...tellingOf(interrupt, options.most) });
  const { page, trend } = await writeSweep(swept, options.out, onTrouble);
  const before = trend === undefined || trend.rows.length < 2 ? [] : doseTrendLines([trend]).slice(-1);
  printLines(["", ...sweepLines(swept.sweep), ...before, `report  ${relative(process.cwd(), page) || page}`]);
  return codeOf(swept.sweep);
}

/** What a search for a dose says of each of `most` trials, and what ends it. */
export function tellingOf(
  { stopping }: Interrupt,
  most: number,
): Pick<SweepHow, "stopping" | "reporters" | "onTrouble" | "onTrial"> {
  return {
    stopping,
    reporters: () => makeReporters(process.stdout),
    onTrouble,
    onTrial: (trial, { unit, param }, number) => printLines([sweepTrialLine(trial, { unit, param, number, most })]),
  };
}

function codeOf({ interrupted, trials, breaks }: Sweep): number {
  if (interrupted === true) return exitCodes.interrupted;
  if (trials.some(({ outcome }) => outcome === "residue")) return exitCodes.fail;
  return breaks.kind === "unsure" ? exitCodes.unsure : exitCodes.pass;
}

// `rebound calibrate`: which dose has the impact that an intent asks for.

import { doseText } from "../../core/dose.ts";
import { calibrateIntent, type Calibrated } from "../../run/levels/calibrate.ts";
import { exitCodes } from "../exit.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { printLines } from "../table.ts";
import { tellingOf, type SweepOptions } from "./sweep.ts";

/** Calibrates one intent; exit code 0: the dose is known, 2: it is not, 1: a trial left something behind. */
export async function calibrate(file: string, options: Omit<SweepOptions, "disturbance">): Promise<number> {
  using interrupt = listenForInterrupt();
  const done = await calibrateIntent(file, { ...options, ...tellingOf(interrupt, options.most) });
  printLines(["", foundLine(done), `  ended: ${done.ended}`, `runs  ${done.dir}`]);
  if (done.interrupted) return exitCodes.interrupted;
  if (done.trials.some(({ outcome }) => outcome === "residue")) return exitCodes.fail;
  return done.known === undefined ? exitCodes.unsure : exitCodes.pass;
}

function foundLine({ intent, fault, level, dose, known }: Calibrated): string {
  if (known === undefined) return `${intent}: no dose of ${fault} is known to be ${level}: the impacts tell too little`;
  const [at, from, to] = [known.dose, known.lo, known.hi].map((value) => doseText(dose, value));
  return `${intent}: ${fault} is ${level} at ${dose.param} ${at} (${from} to ${to}; ${known.trials} impacts)`;
}

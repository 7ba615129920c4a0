// `rebound tonight`: what to run in the time that there is, and why.

import { HarnessError } from "../../core/errors.ts";
import { nightLines } from "../../report/tonight-text.ts";
import { planTonight, type TonightAsked } from "../../run/tonight.ts";
import { exitCodes } from "../exit.ts";
import { printJson, printLines, sayLines } from "../table.ts";
import { run } from "./run.ts";

export interface TonightOptions extends TonightAsked {
  readonly json?: boolean;
  /** Runs it, too. */
  readonly run?: boolean;
}

/** Prints the choice; runs it where that is asked for. */
export async function tonight(files: readonly string[], options: TonightOptions): Promise<number> {
  const { json, run: goes, ...asked } = options;
  if (json === true && goes === true)
    throw new HarnessError("bad-input", "--json and --run together", { hint: "a run prints what is no JSON" });
  const { notes, ...found } = await planTonight(files, asked, new Date());
  sayLines(notes.map((says) => `note: ${says}`));
  if (json === true) printJson(found);
  else printLines(nightLines(found.night, found));
  const chosen = found.night.chosen.map(({ file }) => file);
  if (goes !== true || chosen.length === 0) return exitCodes.pass;
  const { suite: _suite, ...how } = asked;
  return run(chosen, { ...how, jobs: 1 });
}

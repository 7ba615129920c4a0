// `rebound restore`: takes back what a killed run left. Safe to repeat; leaves runs alone whose harness lives.

import type { Abandoned } from "../../run/restore/abandoned.ts";
import { restoreWords } from "../../run/restore/restore-words.ts";
import { restoreRuns, type RestoreWish } from "../../run/restore/restore-runs.ts";
import { unregisterRun } from "../../store/active-runs.ts";
import { exitCodes } from "../exit.ts";
import { printLines } from "../table.ts";

/**
 * Restores one run folder, or every registered run whose harness is gone. Exit code 0 when nothing is left, or it is
 * forgotten.
 */
export async function restore(dir: string | undefined, wish: RestoreWish = {}): Promise<number> {
  const results = await restoreRuns(dir, wish);
  if (results.length === 0) printLines(["Nothing to restore: no run was killed."]);
  let clean = true;
  for (const result of results) {
    const { lines, nothingLeft } = restoreWords(result);
    printLines(lines);
    clean = (nothingLeft || (wish.forget === true && (await forgotten(result)))) && clean;
  }
  return clean ? exitCodes.pass : exitCodes.environment;
}

/** False for a run that somebody is still at. */
async function forgotten({ runDir, state }: Abandoned): Promise<boolean> {
  if (state !== "restored") return false;
  await unregisterRun(runDir);
  printLines(["  forgotten: no run is refused because of it any more"]);
  return true;
}

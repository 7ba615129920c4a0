// `rebound restore`: takes back what a killed run left. Safe to repeat; leaves runs alone whose harness lives.

import { HarnessError } from "../../core/errors.ts";
import type { Abandoned } from "../../run/restore/abandoned.ts";
import { restoreWords } from "../../run/restore/restore-words.ts";
import { restoreRuns } from "../../run/restore/restore-runs.ts";
import { unregisterRun } from "../../store/active-runs.ts";
import { exitCodes } from "../exit.ts";

export interface RestoreOptions {
  /** Take it as done after that, whatever remains: somebody has looked. */
  readonly forget?: true;
}

/**
 * Restores one run folder, or every registered run whose harness is gone. Exit code 0 when nothing is left, or it is
 * forgotten.
 */
export async function restore(dir: string | undefined, { forget }: RestoreOptions = {}): Promise<number> {
  if (forget === true && dir === undefined) {
    throw new HarnessError("bad-input", "--forget needs the folder of one run", {
      hint: "`rebound restore` tells the folders; look yourself at what remains of it first",
    });
  }
  const results = await restoreRuns(dir);
  if (results.length === 0) process.stdout.write("Nothing to restore: no run was killed.\n");
  let clean = true;
  for (const result of results) {
    const { lines, nothingLeft } = restoreWords(result);
    process.stdout.write(`${lines.join("\n")}\n`);
    clean = (nothingLeft || (forget === true && (await forgotten(result)))) && clean;
  }
  return clean ? exitCodes.pass : exitCodes.environment;
}

/** False for a run that somebody is still at. */
async function forgotten({ runDir, state }: Abandoned): Promise<boolean> {
  if (state !== "restored") return false;
  await unregisterRun(runDir);
  process.stdout.write("  forgotten: no run is refused because of it any more\n");
  return true;
}

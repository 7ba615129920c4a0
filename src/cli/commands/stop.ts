// `rebound stop`: ends running trials as Ctrl-C does, by a stop file, and says what became of them.

import { isStopFileThere, removeStopFile, stopFileOf } from "../../run/stopping/stop-file.ts";
import { registeredName, stopRuns, stoppedWords, type StoppedRun } from "../../run/stopping/stop-runs.ts";
import { resolveRunDir } from "../../store/run-folder.ts";
import { exitCodes } from "../exit.ts";

export interface StopOptions {
  readonly clear?: boolean;
  /** Seconds. */
  readonly wait: number;
}

/** Ends the run of `dir`, or all. Exit code 0 when none runs any more and nothing is left to undo. */
export async function stop(dir: string | undefined, options: StopOptions): Promise<number> {
  const runDir = dir === undefined ? undefined : await registeredName(await resolveRunDir(dir));
  if (options.clear === true) return clear(stopFileOf(runDir));
  const states: StoppedRun["state"][] = [];
  await stopRuns(runDir, 1_000 * options.wait, (run) => {
    states.push(run.state);
    process.stdout.write(`${run.runDir}\n  ${stoppedWords(run, options.wait)}\n`);
  });
  if (states.length === 0)
    process.stdout.write(runDir === undefined ? "Nothing is running.\n" : `${runDir}\n  is not running\n`);
  return states.every((state) => state === "ended") ? exitCodes.pass : exitCodes.environment;
}

async function clear(file: string): Promise<number> {
  const there = isStopFileThere(file);
  await removeStopFile(file);
  process.stdout.write(there ? `removed ${file}: runs may start again\n` : `there is no stop file at ${file}\n`);
  return exitCodes.pass;
}

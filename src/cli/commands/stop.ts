// `rebound stop`: ends running trials as Ctrl-C does, by a stop file, and says what became of them.

import { isStopFileThere, removeStopFile, stopFileOf } from "../../run/stopping/stop-file.ts";
import { registeredName, stopRuns, stoppedWords, type StoppedRun } from "../../run/stopping/stop-runs.ts";
import { resolveRunDir } from "../../store/run-folder.ts";
import { exitCodes } from "../exit.ts";
import { printLines } from "../table.ts";

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
    printLines([run.runDir, `  ${stoppedWords(run, options.wait)}`]);
  });
  if (states.length === 0) printLines(runDir === undefined ? ["Nothing is running."] : [runDir, "  is not running"]);
  return states.every((state) => state === "ended") ? exitCodes.pass : exitCodes.environment;
}

async function clear(file: string): Promise<number> {
  const there = isStopFileThere(file);
  await removeStopFile(file);
  printLines([there ? `removed ${file}: runs may start again` : `there is no stop file at ${file}`]);
  return exitCodes.pass;
}

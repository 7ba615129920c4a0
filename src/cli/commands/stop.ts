// `rebound stop`: ends running trials as Ctrl-C does, by a stop file, and waits until they have taken everything back.

import { setTimeout as delay } from "node:timers/promises";
import type { Ms } from "../../core/units.ts";
import { startTimeOf } from "../../platforms/processes/process-table.ts";
import { hasUnfinishedUndo } from "../../run/restore/unfinished.ts";
import { isOwnerAlive, listRuns, type ActiveRun } from "../../store/active-runs.ts";
import { resolveRunDir } from "../../store/run-folder.ts";
import { isStopFileThere, removeStopFile, stopFileOf, writeStopFile } from "../../store/stop-file.ts";
import { findRun } from "../../store/state-link.ts";
import { exitCodes } from "../exit.ts";

/** What a watchdog does in two seconds is awaited this long, ms. */
const watchdogMs: Ms = 5_000;

export interface StopOptions {
  readonly clear?: boolean;
  /** Seconds. */
  readonly wait: number;
}

/** Ends the run of `dir`, or all. Exit code 0 when none runs any more and nothing is left to undo. */
export async function stop(dir: string | undefined, options: StopOptions): Promise<number> {
  const runDir = dir === undefined ? undefined : await registeredName(await resolveRunDir(dir));
  const file = stopFileOf(runDir);
  if (options.clear === true) return clear(file);
  const running = await runsUnderWay(runDir);
  if (running.length === 0) {
    process.stdout.write(runDir === undefined ? "Nothing is running.\n" : `${runDir}\n  is not running\n`);
    return exitCodes.pass;
  }
  const ours = await writeStopFile(file);
  const all = new Map(running.map((run) => [run.runDir, run]));
  const until = performance.now() + 1_000 * options.wait;
  let left = running;
  while (left.length > 0 && performance.now() < until) {
    await delay(50);
    left = await runsUnderWay(runDir);
    for (const run of left) all.set(run.runDir, run);
  }
  // A file that somebody else put there still stands for their wish; ours has done its work, unless a run did not heed
  // it.
  if (ours && left.length === 0) await removeStopFile(file);
  return report([...all.values()], left, options.wait);
}

/** The name under which a folder's run is registered: links may lead to it. */
async function registeredName(runDir: string): Promise<string> {
  return (await findRun(runDir))?.runDir ?? runDir;
}

async function clear(file: string): Promise<number> {
  const there = isStopFileThere(file);
  await removeStopFile(file);
  process.stdout.write(there ? `removed ${file}: runs may start again\n` : `there is no stop file at ${file}\n`);
  return exitCodes.pass;
}

async function runsUnderWay(runDir: string | undefined): Promise<readonly ActiveRun[]> {
  const runs = (await listRuns()).filter((run) => runDir === undefined || run.runDir === runDir);
  const alive = await Promise.all(runs.map((run) => isOwnerAlive(run, startTimeOf)));
  return runs.filter((_, index) => alive[index]);
}

/**
 * A run that was killed is taken back by its watchdog, which needs a moment; true when something is left after that.
 */
async function staysUnfinished(runDir: string): Promise<boolean> {
  const until = performance.now() + watchdogMs;
  while (await hasUnfinishedUndo(runDir)) {
    if (performance.now() >= until) return true;
    await delay(50);
  }
  return false;
}

async function report(all: readonly ActiveRun[], left: readonly ActiveRun[], waitedS: number): Promise<number> {
  let clean = left.length === 0;
  for (const { runDir, pid } of all) {
    process.stdout.write(`${runDir}\n`);
    if (left.some((run) => run.runDir === runDir)) {
      process.stdout.write(`  STILL RUNS  pid ${pid}, after ${waitedS} s; its stop file stays\n`);
    } else if (await staysUnfinished(runDir)) {
      process.stdout.write("  ended, and left something; type `rebound restore`\n");
      clean = false;
    } else process.stdout.write(`  ended (pid ${pid}); its faults are taken back\n`);
  }
  return clean ? exitCodes.pass : exitCodes.environment;
}

// Ends running trials from another process, by a stop file, and waits until they have taken everything back.

import { setTimeout as delay } from "node:timers/promises";
import type { Ms } from "../../core/units.ts";
import { host } from "../../platforms/index.ts";
import { isOwnerAlive, listRuns, type ActiveRun } from "../../store/active-runs.ts";
import { findRun } from "../../store/state-link.ts";
import { hasUnfinishedUndo } from "../restore/unfinished.ts";
import { removeStopFile, stopFileOf, writeStopFile } from "./stop-file.ts";

/** What a watchdog does in two seconds is awaited this long, ms. */
const watchdogMs: Ms = 5_000;
const lookEveryMs: Ms = 50;

/** How far a run got with its end: it still runs; it ended and left something; it ended and took everything back. */
export interface StoppedRun {
  readonly runDir: string;
  readonly pid: number;
  readonly state: "runs" | "left something" | "ended";
}

/** The name under which a folder's run is registered: links may lead to it. */
export async function registeredName(runDir: string): Promise<string> {
  return (await findRun(runDir))?.runDir ?? runDir;
}

/**
 * Ends the run of a folder, by its registered name, or all, and waits at most so long. Calls `onState` once with each
 * run that was under way.
 */
export async function stopRuns(
  runDir: string | undefined,
  waitMs: Ms,
  onState: (run: StoppedRun) => void,
): Promise<void> {
  const running = await runsUnderWay(runDir);
  if (running.length === 0) return;
  const file = stopFileOf(runDir);
  const ours = await writeStopFile(file);
  const all = new Map(running.map((run) => [run.runDir, run]));
  const until = performance.now() + waitMs;
  let left = running;
  while (left.length > 0 && performance.now() < until) {
    await delay(lookEveryMs);
    left = await runsUnderWay(runDir);
    for (const run of left) all.set(run.runDir, run);
  }
  // A file that somebody else put there still stands for their wish; ours has done its work, unless a run did not heed
  // it.
  if (ours && left.length === 0) await removeStopFile(file);
  for (const run of all.values()) {
    const stillRuns = left.some((other) => other.runDir === run.runDir);
    onState({ runDir: run.runDir, pid: run.pid, state: stillRuns ? "runs" : await endOf(run.runDir) });
  }
}

async function runsUnderWay(runDir: string | undefined): Promise<readonly ActiveRun[]> {
  const runs = (await listRuns()).filter((run) => runDir === undefined || run.runDir === runDir);
  const alive = await Promise.all(runs.map((run) => isOwnerAlive(run, host.processes.startTimeOf)));
  return runs.filter((_, index) => alive[index]);
}

/** A run that was killed is taken back by its watchdog, which needs a moment. */
async function endOf(runDir: string): Promise<"left something" | "ended"> {
  const until = performance.now() + watchdogMs;
  while (await hasUnfinishedUndo(runDir)) {
    if (performance.now() >= until) return "left something";
    await delay(lookEveryMs);
  }
  return "ended";
}

/** What became of it, in words; `waitedS`: how long it was waited for, s. */
export function stoppedWords({ pid, state }: StoppedRun, waitedS: number): string {
  if (state === "runs") return `STILL RUNS  pid ${pid}, after ${waitedS} s; its stop file stays`;
  if (state === "left something") return "ended, and left something; type `rebound restore`";
  return `ended (pid ${pid}); its faults are taken back`;
}

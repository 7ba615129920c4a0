// `rebound run`: break, measure, judge, report.

import { relative } from "node:path";
import { messageOf } from "../../core/errors.ts";
import type { Calibration } from "../../records/pressure.ts";
import type { RunResult } from "../../records/results/run-result.ts";
import type { Stopped } from "../../records/results/summaries.ts";
import type { TrialPlan } from "../../records/plan.ts";
import { runEventVersion, type RunEvent } from "../../core/run-events.ts";
import { reasonText } from "../../core/reasons.ts";
import { shareText } from "../../core/text.ts";
import type { Ms } from "../../core/units.ts";
import { keepAwake, type KeptAwake } from "../../platforms/processes/keep-awake.ts";
import { openPressureSampler } from "../../platforms/processes/pressure-sampler.ts";
import { platformNamed } from "../../platforms/index.ts";
import { calibrationText } from "../../report/environment-text.ts";
import { stopFileOf } from "../../store/stop-file.ts";
import { readHistory } from "../../store/history.ts";
import { pointLatest } from "../../store/latest.ts";
import { createRunFolder, trialFiles, type RunFolder } from "../../store/run-folder.ts";
import { exitCodeOf, exitCodes, reportError } from "../exit.ts";
import { concludeRun, thisHarness, thisMachine, type RunMeta } from "../../run/finish-run.ts";
import { printTable, writeReports } from "../reports.ts";
import { processes, trialPorts } from "../../run/compose/ports.ts";
import { watchProcessors } from "../../platforms/processes/processor-use.ts";
import { refuseWhileSomethingIsLeft, refuseWhileStopped, standGuard, type Guard } from "../../run/guard.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { keepBegun } from "../../run/keep-begun.ts";
import { makeReporters } from "../../reporters/index.ts";
import { tellAll, type Reporter, type RunEnd } from "../../reporters/reporter.ts";
import { readTimeline } from "../../store/timeline-file.ts";
import { nothingDone, runAll, type Done } from "../../run/run-trials.ts";
import { describeTouchedBriefly } from "../../plan/describe-touched.ts";
import { touchedBy } from "../../plan/touched.ts";
import { faultTable } from "../../run/compose/trial-stack.ts";
import { choose } from "../../run/select.ts";
import { cacheDirOf, type Choice, type SelectOptions } from "../../run/choose.ts";

export interface RunOptions extends SelectOptions {
  readonly jobs: number;
  readonly out: string;
  /** Of the run's time, ms. */
  readonly budget?: Ms;
}

/** Runs the chosen intents; the exit code tells the outcome. */
export async function run(files: readonly string[], options: RunOptions): Promise<number> {
  const choice = await choose(files, options);
  await refuseWhileSomethingIsLeft(processes.startTimeOf);
  refuseWhileStopped();
  using interrupt = listenForInterrupt();
  const startedAt = new Date().toISOString();
  const folder = await createRunFolder(options.out, choice.runId);
  await keepBegun(folder, { choice, startedAt, machine: thisMachine(0) });
  const reporters = makeReporters(process.stdout);
  const tell = tellAll(reporters, (says) => process.stderr.write(`trouble: ${says}\n`));
  const note = (says: string): void => tell({ kind: "note", says });
  tell(startedEvent(choice));
  const guard = await standGuard(folder.dir, processes, (reason) => note(`trouble: ${reason}`));
  interrupt.heed([stopFileOf(), stopFileOf(folder.dir)]);
  const signal = AbortSignal.any([interrupt.signal, guard.lost]);
  const done = nothingDone();
  let failure: unknown;
  let coresKeptAwake = 0;
  let calibration: Calibration | undefined;
  try {
    await prepareAll(choice, guard, note, signal);
    await using awake = await keepAwake(guard.mark);
    coresKeptAwake = awake.cores;
    if (awake.cores > 0) note(awakeWords(awake));
    await using sampler = await openPressureSampler();
    calibration = sampler.calibration;
    note(calibrationText(calibration));
    await keepBegun(folder, { choice, startedAt, machine: thisMachine(coresKeptAwake, calibration) });
    const budget = options.budget === undefined ? {} : { budgetMs: options.budget };
    const ports = trialPorts(sampler, guard.mark);
    const setting = { folder, jobs: options.jobs, ...budget, tell, signal, ports, watchProcessors };
    await runAll(choice, setting, done);
  } catch (thrown) {
    failure = thrown;
  } finally {
    tell({ kind: "runFinished" });
  }
  if (guard.lost.aborted) failure = guard.lost.reason;
  // Before the reports: writing them may take long, and needs nobody to watch.
  const clean = await guard.end();
  const reason = interrupt.reason();
  return await conclude(choice, reporters, {
    folder,
    startedAt,
    done,
    failure,
    reason,
    coresKeptAwake,
    calibration,
    clean,
  });
}

function startedEvent(choice: Choice): RunEvent {
  const { runId, suite, seed, intents, plans } = choice;
  return {
    kind: "runStarted",
    version: runEventVersion,
    runId,
    suite,
    seed,
    harness: thisHarness().version,
    intents: intents.length,
    planned: plans.length,
    open: intents.some(({ stopping }) => stopping !== undefined),
    estimateMs: plans.reduce((sum, plan) => sum + plan.estimateMs, 0),
    touches: [...describeTouchedBriefly(touchedBy(choice, faultTable))],
  };
}

function awakeWords({ cores, stolen }: KeptAwake): string {
  return `this machine is a guest (its host took ${shareText(stolen)} of its time since boot): keeping ${cores} cores awake at idle priority`;
}

async function prepareAll(
  choice: Choice,
  guard: Guard,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const { journal } = guard;
  for (const target of choice.targets)
    await platformNamed().prepare(target, { cacheDir: cacheDirOf(target), onLine, signal, journal });
}

function withStopped(stopped: Stopped | undefined): { readonly stopped?: Stopped } {
  return stopped === undefined ? {} : { stopped };
}

/** The reports' path; undefined, with the reason, when they could not be written. */
async function writeAll(
  folder: RunFolder,
  result: RunResult,
  reporters: readonly Reporter[],
): Promise<{ readonly path?: string; readonly failure?: unknown }> {
  try {
    const timelineOf = (plan: TrialPlan): ReturnType<RunEnd["timelineOf"]> =>
      readTimeline(trialFiles(folder.dir, plan).timeline).catch(() => null);
    const written = await writeReports(reporters, { dir: folder.dir, result, timelineOf });
    await pointLatest(folder).catch((thrown: unknown) => {
      process.stderr.write(`trouble: ${messageOf(thrown)}\n`);
    });
    return written;
  } catch (failure) {
    return { failure };
  }
}

interface Ending {
  readonly folder: RunFolder;
  readonly startedAt: string;
  readonly done: Done;
  readonly failure: unknown;
  /** What ended it from outside, if anything did. */
  readonly reason: "interrupted" | "stopped" | undefined;
  readonly coresKeptAwake: number;
  /** Absent when it did not come to that. */
  readonly calibration: Calibration | undefined;
  /** False when something could not be taken back. */
  readonly clean: boolean;
}

/** Of what made a run impossible so much is kept: the last words of a stack may be part of it. */
const longestFailure = 1000;

/** Writes what there is, also after an interruption or a failure, and picks the exit code. */
async function conclude(choice: Choice, reporters: readonly Reporter[], ending: Ending): Promise<number> {
  const { folder, failure, clean } = ending;
  const { finished, stopped, governed } = ending.done;
  const interrupted = ending.reason !== undefined;
  const reason = ending.reason ?? (failure === undefined ? undefined : "failed");
  const meta: RunMeta = {
    runId: choice.runId,
    suite: choice.suite,
    startedAt: ending.startedAt,
    endedAt: new Date().toISOString(),
    seed: choice.seed,
    interrupted: reason !== undefined,
    ...(reason === undefined ? {} : { reason }),
    ...(failure === undefined ? {} : { failure: reasonText(messageOf(failure), longestFailure) }),
    planned: choice.plans.length - ending.done.dropped,
    ...(governed && { governor: governed }),
    machine: thisMachine(ending.coresKeptAwake, ending.calibration),
    harness: thisHarness(),
  };
  const intents = choice.intents.map((intent) => ({ ...intent, ...withStopped(stopped.get(intent.id)) }));
  const result = concludeRun(meta, intents, { trials: finished, history: await readHistory(folder.dir) });
  const written = await writeAll(folder, result, reporters);
  // Also when nothing could be written: what was found out must not be lost for want of a disk.
  printTable(
    result,
    written.path === undefined ? "(not written)" : relative(process.cwd(), written.path) || written.path,
  );
  if (!clean) process.stderr.write("Something could not be taken back; type `rebound restore`.\n");
  if (failure !== undefined && !interrupted) return reportError(failure);
  if (written.failure !== undefined) return reportError(written.failure);
  if (interrupted) return exitCodes.interrupted;
  // However green the verdicts: a run that leaves something behind is not a pass.
  return clean || result.outcome === "residue" ? exitCodeOf(result.outcome) : exitCodes.environment;
}

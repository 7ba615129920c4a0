// A run of many trials: what was chosen is run, judged and reported. However it ends, everything is taken back first.

import { refuseUnfitAgent } from "../agent/check.ts";
import type { AgentPlace } from "../agent/place.ts";
import { runEventVersion, type RunEvent } from "../records/run-events.ts";
import { askedPerSecond } from "../core/streams.ts";
import type { Ms } from "../core/units.ts";
import { describeTouchedBriefly } from "../plan/describe-touched.ts";
import { touchedBy } from "../plan/touched.ts";
import { host, platformNamed } from "../platforms/index.ts";
import { beginAll, tellAll, type Reporter } from "../reporters/reporter.ts";
import { createRunFolder } from "../store/run-folder.ts";
import { cacheDirOf, type Choice } from "./choose.ts";
import { readyMachine } from "./compose/machine.ts";
import { trialPorts } from "./compose/ports.ts";
import { faultTable } from "./compose/trial-stack.ts";
import { endRun, type Conducted, type WrittenRun } from "./end-run.ts";
import { thisHarness, thisMachine } from "./finish-run.ts";
import { refuseUnlessFree, standGuard, type Guard } from "./guard.ts";
import { keepBegun } from "./keep-begun.ts";
import { refuseWithoutKeys } from "./keys.ts";
import { withPredictions } from "./predict-trials.ts";
import { nothingDone, runAll } from "./run-trials.ts";
import { openSoFar } from "./so-far.ts";
import { stopFileOf } from "./stopping/stop-file.ts";
import { refuseUnfit } from "./unfit.ts";
import type { Stopping } from "./stopping/stopping.ts";

/** How a run is run. */
export interface RunHow {
  readonly jobs: number;
  /** Folder for the run's folder. */
  readonly out: string;
  /** The agent that sends the load; absent: this machine does. */
  readonly loadFrom?: AgentPlace;
  /** No further block of trials begins after this, ms. */
  readonly budget?: Ms;
  readonly reporters: readonly Reporter[];
  readonly stopping: Stopping;
  /** Is called with what goes wrong beside the run and does not end it. */
  readonly onTrouble: (says: string) => void;
}

/** What a run came to. */
export interface RunEnded extends WrittenRun {
  /** What ended it early, as its run.json says. */
  readonly stopped: Conducted["stopped"];
  /** False when something could not be taken back. */
  readonly clean: boolean;
}

/**
 * Throws, before anything is touched, HarnessError "environment" when nothing may run here now, and "bad-input" when a
 * target asks for what is not here.
 */
export async function runChosen(chosen: Choice, how: RunHow): Promise<RunEnded> {
  refuseWithoutKeys(chosen.targets);
  const { loadFrom } = how;
  if (loadFrom !== undefined) await refuseUnfitAgent(loadFrom, chosen.targets);
  await refuseUnlessFree();
  await refuseUnfit(chosen.targets);
  const { stopping } = how;
  const startedAt = new Date().toISOString();
  const choice = await withPredictions(chosen, how.out, Date.parse(startedAt), how.onTrouble);
  const folder = await createRunFolder(how.out, choice.runId);
  let machine = thisMachine({ coresKeptAwake: 0 });
  await keepBegun(folder, { choice, startedAt, machine });
  const done = nothingDone();
  if (how.reporters.some(({ begin }) => begin !== undefined))
    beginAll(how.reporters, await openSoFar(choice, () => ({ folder, startedAt, machine, done })), how.onTrouble);
  const tell = tellAll(how.reporters, how.onTrouble);
  const note = (says: string): void => tell({ kind: "note", says });
  tell(startedEvent(choice));
  const guard = await standGuard(folder.dir, (reason) => note(`trouble: ${reason}`));
  stopping.heed([stopFileOf(), stopFileOf(folder.dir)]);
  stopping.failWith(guard.lost);
  try {
    await prepareAll(choice, guard, note, stopping.signal);
    // Not spread: a run may have more plans than a call takes arguments.
    const asked = choice.plans.reduce((most, { load }) => Math.max(most, askedPerSecond(load)), 0);
    const { targets } = choice;
    await using ready = await readyMachine({ targets, askedPerSecond: asked, mark: guard.mark, loadFrom, note });
    machine = thisMachine(ready);
    await keepBegun(folder, { choice, startedAt, machine });
    const ports = trialPorts(ready, guard.mark, loadFrom);
    const budget = how.budget === undefined ? {} : { budgetMs: how.budget };
    const watching = { signal: stopping.signal, watchProcessors: host.processors.watch };
    await runAll(choice, { folder, jobs: how.jobs, ...budget, tell, ports, ...watching }, done);
  } catch (thrown) {
    stopping.fail(thrown);
  } finally {
    tell({ kind: "runFinished" });
  }
  // What comes later stops nothing any more.
  const stopped = { reason: stopping.reason, failure: stopping.failure };
  // Before the reports: writing them may take long, and needs nobody to watch.
  const clean = await guard.end();
  return { clean, stopped, ...(await endRun(choice, { folder, startedAt, machine, done, stopped }, how)) };
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

async function prepareAll(
  choice: Choice,
  { journal }: Guard,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  for (const target of choice.targets)
    await platformNamed(target.platform).prepare(target, { cacheDir: cacheDirOf(target), onLine, signal, journal });
}

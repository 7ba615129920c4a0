// A committed run, told again event by event as it was told when it ran: everything but the stack is the product's own.

import { join } from "node:path";
import { digestOf, trialsOf } from "../../src/core/digest.ts";
import { trialName } from "../../src/core/plan.ts";
import { runEventVersion, type RunEvent, type TellRun } from "../../src/records/run-events.ts";
import type { Reporter, RunEnd, RunUnderway } from "../../src/reporters/reporter.ts";
import { nothingDone } from "../../src/run/run-trials.ts";
import { openSoFar } from "../../src/run/so-far.ts";
import { tellTrial } from "../../src/run/tell-trial.ts";
import { committedSample, samplesDir } from "./committed-samples.ts";

export interface ReplayedRun {
  readonly underway: RunUnderway;
  readonly end: RunEnd;
  /** Trials of the run, in the order in which they are told. */
  readonly trials: readonly string[];
  /** Tells what comes next, up to and with the first event that fits; without a condition all there is. */
  until(reporter: Reporter, fits?: (event: RunEvent) => boolean): void;
}

/** Of a sample's folder; each trial is told from its timeline. */
export async function replayedRun(name: string): Promise<ReplayedRun> {
  const { run, records } = await committedSample(name);
  const folder = { dir: join(samplesDir, name), runId: run.runId };
  const { startedAt, machine } = run;
  const done = nothingDone();
  const whole = run.intents.flatMap(({ trials }) => trials);
  const intents = run.intents.map(({ intent, title, belief, target, arms }) => ({
    id: intent,
    title,
    belief,
    target,
    arms,
  }));
  const { runId, suite, seed } = run;
  const choice = { runId, suite, seed, intents, plans: whole.map(({ plan }) => plan) };
  // The samples have the results of their trials in run.json alone.
  const trialOf = trialsOf(run);
  const soFar = await openSoFar(choice, () => ({ folder, startedAt, machine, done }));

  function* told(): Generator<RunEvent> {
    const counts = { intents: intents.length, planned: whole.length, open: false, estimateMs: 60_000 };
    yield { kind: "runStarted", version: runEventVersion, runId, suite, seed, harness: "test", ...counts, touches: [] };
    for (const trial of whole) {
      const named = { trial: trialName(trial.plan) };
      yield { kind: "trialStarted", ...named };
      const events: RunEvent[] = [];
      const take = tellTrial(trial.plan, (event) => events.push(event));
      for (const event of records.find(({ plan }) => trialName(plan) === named.trial)?.timeline ?? []) {
        take(event);
        yield* events.splice(0);
      }
      done.finished.push(digestOf(trial));
      const { outcome } = trial.verdict;
      yield { kind: "trialJudged", ...named, outcome, says: outcome };
    }
    yield { kind: "runFinished" };
  }

  const events = told();
  return {
    underway: { ...soFar, trialOf },
    end: { dir: folder.dir, result: run, trialOf, timelineOf: soFar.timelineOf },
    trials: whole.map(({ plan }) => trialName(plan)),
    until(reporter, fits = () => false) {
      const tell: TellRun = (event) => reporter.on?.(event);
      for (let next = events.next(); next.done !== true; next = events.next()) {
        tell(next.value);
        if (fits(next.value)) return;
      }
    },
  };
}

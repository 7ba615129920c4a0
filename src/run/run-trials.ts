// Works through the plans of a run: block by block until there is enough, as many side by side as the governor allows.

import { digestOf, type TrialDigest } from "../core/digest.ts";
import { HarnessError } from "../core/errors.ts";
import type { Governed } from "../records/results/run-result.ts";
import type { Stopped } from "../records/results/summaries.ts";
import type { TrialResult } from "../records/results/trial-result.ts";
import { trialName } from "../core/plan.ts";
import type { TellRun } from "../records/run-events.ts";
import type { Ms } from "../core/units.ts";
import { stayedBroken } from "../verdict/stayed-broken.ts";
import { makeSchedule, type Schedule } from "../plan/schedule.ts";
import type { RunFolder } from "../store/run-folder.ts";
import { decidingFinding } from "../verdict/judge-trial.ts";
import { enoughSoFar } from "../verdict/enough-so-far.ts";
import type { TrialPorts, WatchProcessors } from "./ports.ts";
import { openGate, type TrialGate } from "./gate.ts";
import { tellTrial } from "./tell-trial.ts";
import { runOne, type FinishedTrial } from "./run-one.ts";
import { cacheDirOf, type Choice } from "./choose.ts";
import type { TrialPlan } from "../records/plan.ts";

export interface RunSetting {
  readonly folder: RunFolder;
  readonly jobs: number;
  /** No intent begins another block of trials once the run took this long, ms. */
  readonly budgetMs?: Ms;
  readonly tell: TellRun;
  readonly signal: AbortSignal;
  readonly ports: TrialPorts;
  readonly watchProcessors: WatchProcessors;
}

/** What was done, as it grows: also what there is of it when something ends it early. */
export interface Done {
  readonly finished: TrialDigest[];
  /** The whole of those whose verdict.json could not be written. */
  readonly unwritten: TrialResult[];
  /** Why intents got no more trials, by intent. */
  stopped: ReadonlyMap<string, Stopped>;
  /** Plans that were not run because there was enough. */
  dropped: number;
  governed: Governed | undefined;
}

export function nothingDone(): Done {
  return { finished: [], unwritten: [], stopped: new Map(), dropped: 0, governed: undefined };
}

interface Working extends RunSetting {
  readonly choice: Choice;
  readonly done: Done;
  readonly schedule: Schedule;
  readonly gate: TrialGate;
}

/**
 * Runs the trials and fills `done`; the first environment error or bug ends all, and is thrown once the others have
 * ended.
 */
export async function runAll(choice: Choice, setting: RunSetting, done: Done): Promise<void> {
  const { tell, jobs, budgetMs } = setting;
  const started = performance.now();
  const failed = new AbortController();
  const signal = AbortSignal.any([setting.signal, failed.signal]);
  const stopping = new Map(
    choice.intents.flatMap(({ id, stopping: rule }) => (rule === undefined ? [] : [[id, rule]])),
  );
  const schedule = makeSchedule(
    choice.plans,
    { stopping, enough: enoughSoFar, ...(budgetMs === undefined ? {} : { budgetMs }) },
    ({ intent, stopped, dropped }) => {
      done.dropped += dropped.length;
      const estimateMs = dropped.reduce((sum, plan) => sum + plan.estimateMs, 0);
      tell({ kind: "trialsDropped", trials: dropped.map(trialName), estimateMs });
      const { trials, most, because } = stopped;
      tell({ kind: "armEnough", intent, trials, most, because });
    },
  );
  choice.plans.forEach((plan, index) =>
    tell({ kind: "trialPlanned", trial: trialName(plan), number: index + 1, estimateMs: plan.estimateMs }),
  );
  using gate = openGate({
    jobs,
    plans: choice.plans,
    say: (says) => tell({ kind: "note", says }),
    watchProcessors: setting.watchProcessors,
  });
  const working: Working = { ...setting, signal, choice, done, schedule, gate };
  const running = new Set<Promise<void>>();
  let failure: { readonly thrown: unknown } | undefined;

  function begin(plan: TrialPlan): void {
    gate.began(plan);
    const trial = runNext(working, plan)
      .catch((thrown: unknown) => {
        failure ??= { thrown };
        failed.abort();
      })
      .finally(() => running.delete(trial));
    running.add(trial);
  }

  while (!signal.aborted) {
    while (gate.mayStart()) {
      const plan = schedule.next(performance.now() - started);
      if (plan === undefined) break;
      begin(plan);
    }
    gate.open();
    if (running.size === 0) break;
    await Promise.race([...running, gate.changed()]);
  }
  await Promise.all(running);
  done.stopped = schedule.stopped;
  done.governed = gate.governed;
  if (failure !== undefined) throw failure.thrown;
}

async function runNext(working: Working, plan: TrialPlan): Promise<void> {
  const { choice, tell, folder, signal, ports, gate, schedule, done } = working;
  const target = choice.targets.find((candidate) => candidate.name === plan.target);
  if (target === undefined) throw new HarnessError("bug", `no target ${plan.target} for ${trialName(plan)}`);
  const name = trialName(plan);
  tell({ kind: "trialStarted", trial: name });
  const show = tellTrial(plan, tell);
  const began = performance.now();
  let trial: FinishedTrial | undefined;
  let digest: TrialDigest | undefined;
  try {
    trial = await runOne(plan, {
      folder,
      target,
      cacheDir: cacheDirOf(target),
      signal,
      ports,
      mayMeasure: (ended) => gate.mayMeasure(plan, ended),
      onEvent(event) {
        gate.event(plan, event);
        show(event);
      },
    });
  } finally {
    // A trial that was ended early is not judged, except for what it left behind.
    if (signal.aborted && trial?.result.verdict.outcome !== "residue") trial = undefined;
    digest = trial && digestOf(trial.result);
    gate.ended(plan, digest);
    schedule.ended(plan, digest, performance.now() - began);
  }
  if (trial === undefined || digest === undefined)
    return tell({ kind: "trialJudged", trial: name, says: "ended early" });
  done.finished.push(digest);
  tellVerdict(trial.result, tell);
  if (trial.unwritten === undefined) return;
  done.unwritten.push(trial.result);
  throw trial.unwritten;
}

function tellVerdict(result: TrialResult, tell: TellRun): void {
  const trial = trialName(result.plan);
  const { outcome, findings } = result.verdict;
  for (const { rule, outcome: of, says } of findings) tell({ kind: "finding", trial, rule, outcome: of, says });
  const against = decidingFinding(findings);
  const words = stayedBroken(result) ?? outcome;
  tell({
    kind: "trialJudged",
    trial,
    outcome,
    says: against ? `${outcome}: ${against.rule} — ${against.says}` : words,
  });
}

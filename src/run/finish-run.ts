// From judged trials to what a run leaves: one result for all of its intents.

import { availableParallelism, totalmem } from "node:os";
import type { IntentOf, RunOf, TrialDigest } from "../core/digest.ts";
import { atOnce, type Steps } from "../core/steps.ts";
import type { Intent } from "../core/intent.ts";
import type { Ms } from "../core/units.ts";
import type { Instrument } from "../records/instrument.ts";
import type { Calibration } from "../records/pressure.ts";
import type { RunResult } from "../records/results/run-result.ts";
import type { Stopped } from "../records/results/summaries.ts";
import type { History } from "../core/scorecard.ts";
import { summariseIncidents } from "../verdict/incident-summary.ts";
import { judgeIntent } from "../verdict/judge-intent.ts";
import { judgeRun } from "../verdict/judge-run.ts";
import { changesSince, type Past } from "../verdict/changes.ts";
import { triageRun } from "../verdict/triage.ts";
import { scoreRun } from "../verdict/score/matrix.ts";
import { version } from "../store/package.ts";

/** What a run was, besides its trials. */
export type RunMeta = Pick<
  RunResult,
  | "runId"
  | "suite"
  | "startedAt"
  | "endedAt"
  | "seed"
  | "interrupted"
  | "reason"
  | "failure"
  | "planned"
  | "shard"
  | "parts"
  | "governor"
  | "machine"
  | "harness"
>;

/** The part of an intent that a result repeats. */
export type IntentMeta = Pick<Intent, "id" | "title" | "belief" | "target" | "arms" | "weaknesses"> & {
  readonly stopped?: Stopped;
};

/** What was found of the machine before the first trial, as far as it was. */
interface FoundOfMachine {
  readonly coresKeptAwake: number;
  readonly calibration?: Calibration;
  readonly instrument?: Instrument;
  /** How long a fixed piece of work took one thread, ms. */
  readonly workMs?: Ms;
}

/**
 * The machine that this process runs on, and whether its cores were kept awake, since that is part of the measurement.
 */
export function thisMachine({ coresKeptAwake, calibration, instrument, workMs }: FoundOfMachine): RunResult["machine"] {
  const kept = coresKeptAwake > 0 ? `, a guest with ${coresKeptAwake} cores kept awake` : "";
  return {
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}${kept}`,
    ...(calibration && { calibration }),
    ...(instrument && { instrument }),
    ...(workMs !== undefined && { workMs }),
  };
}

/** Name and version of this harness, as results carry it. */
export function thisHarness(): RunResult["harness"] {
  return { version: version() };
}

/** A run's trials and what stands beside them: earlier runs matter for the scorecard's freshness, rows for triage. */
export interface Judged<Trial extends TrialDigest> {
  readonly trials: readonly Trial[];
  readonly history: History;
  readonly past: Past;
}

/**
 * Judges intents and run over the trials that there are; an intent without a trial is inconclusive, not absent. In
 * pieces, an intent or so each: whoever measures meanwhile has a turn between two of them.
 */
export function* concluding<Trial extends TrialDigest>(
  meta: RunMeta,
  intents: readonly IntentMeta[],
  { trials, history, past }: Judged<Trial>,
): Steps<RunOf<Trial>> {
  const results: IntentOf<Trial>[] = [];
  for (const intent of intents) {
    results.push({
      ...judgeIntent(
        intent,
        trials.filter((trial) => trial.plan.intent === intent.id),
      ),
      ...(intent.stopped && { stopping: intent.stopped }),
      ...(intent.weaknesses && { weaknesses: intent.weaknesses }),
    });
    yield;
  }
  const scorecard = scoreRun(results, meta.endedAt, history);
  yield;
  const outcome = judgeRun(results, !meta.interrupted);
  const judged = { schemaVersion: 1 as const, ...meta, outcome, intents: results };
  const incidents = summariseIncidents(results);
  const result = { ...judged, incidents, ...(scorecard && { scorecard }) };
  const triage = triageRun(result, past.rows);
  yield;
  return { ...result, triage, changes: yield* changesSince(result, past) };
}

/** The same at once. */
export function concludeRun<Trial extends TrialDigest>(...from: Parameters<typeof concluding<Trial>>): RunOf<Trial> {
  return atOnce(concluding(...from));
}

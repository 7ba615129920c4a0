// Who is told of a run as it goes and at its end. One that throws harms neither the run nor the others.

import type { RunDigest } from "../core/digest.ts";
import { messageOf } from "../core/errors.ts";
import type { TellRun, RunEvent } from "../records/run-events.ts";
import type { PastTrials } from "../report/trends-model.ts";
import type { TimelineEvent } from "../records/timeline/event.ts";
import type { TrialPlan } from "../records/plan.ts";
import type { TrialResult } from "../records/results/trial-result.ts";

/** What there is once a run is over. */
export interface RunEnd {
  /** The run's folder, absolute. */
  readonly dir: string;
  readonly result: RunDigest;
  /** Reads the whole of one trial's result from the disk: nobody keeps it. */
  readonly trialOf: (plan: TrialPlan) => Promise<TrialResult>;
  /** The same for its timeline. null: it is not there, or cannot be read. */
  readonly timelineOf: (plan: TrialPlan) => Promise<readonly TimelineEvent[] | null>;
  /** verdict.json of a trial as this process wrote it, for run.json; absent: it is made from `trialOf`. */
  readonly textOf?: (plan: TrialPlan) => Promise<string>;
  /** Trials that get a page even in a long run: "all", or the folder of one. */
  readonly pages?: string;
  /** What earlier runs have of trials of its kind, oldest first; absent: nobody asked the history. */
  readonly pastOf?: PastTrials;
}

export interface Reporter {
  readonly name: string;
  /** Is called with every event, in order. */
  readonly on?: (event: RunEvent) => void;
  /** Is called once, after run.json was written. */
  readonly finish?: (end: RunEnd) => Promise<void>;
}

/** Hands events to every reporter; one that throws gets no more of them, and `onTrouble` hears of it. */
export function tellAll(reporters: readonly Reporter[], onTrouble: (says: string) => void): TellRun {
  const broken = new Set<Reporter>();
  return (event) => {
    for (const reporter of reporters) {
      if (broken.has(reporter)) continue;
      try {
        reporter.on?.(event);
      } catch (thrown) {
        broken.add(reporter);
        onTrouble(`the reporter ${reporter.name} gave up: ${messageOf(thrown)}`);
      }
    }
  };
}

/** Lets every reporter finish, one after the other; the first failure is returned once all have had their turn. */
export async function finishAll(reporters: readonly Reporter[], end: RunEnd): Promise<{ readonly failure?: unknown }> {
  const failures: unknown[] = [];
  for (const reporter of reporters) {
    try {
      await reporter.finish?.(end);
    } catch (thrown) {
      failures.push(thrown);
    }
  }
  return failures.length === 0 ? {} : { failure: failures[0] };
}

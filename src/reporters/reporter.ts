// Who is told of a run as it goes and at its end. One that throws harms neither the run nor the others.

import type { RunDigest } from "../core/digest.ts";
import { messageOf } from "../core/errors.ts";
import type { Steps } from "../core/steps.ts";
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
  /** The same for its timeline, as far as it can be read. null: it is not there, or nothing of it can. */
  readonly timelineOf: (plan: TrialPlan) => Promise<readonly TimelineEvent[] | null>;
  /** Why what `timelineOf` has read is not all of it; empty: it is, or it was not read. Absent: nobody looks. */
  readonly amissOf?: (plan: TrialPlan) => string;
  /** verdict.json of a trial as this process wrote it, for run.json; absent: it is made from `trialOf`. */
  readonly textOf?: (plan: TrialPlan) => Promise<string>;
  /** run.json stands in the folder as it would be written now, and stays. */
  readonly isThere?: boolean;
  /** Trials that get a page even in a long run: "all", or the folder of one. */
  readonly pages?: string;
  /** What earlier runs have of trials of its kind, oldest first; absent: nobody asked the history. */
  readonly pastOf?: PastTrials;
}

/** What there is of a run as it goes on. */
export interface RunUnderway extends Pick<RunEnd, "dir" | "trialOf" | "timelineOf"> {
  /**
   * What the trials come to that had ended at its first piece, as if they were all: intents and arms without one are
   * left out. Nothing is read from the disk; it costs what concluding a run of so many trials costs, in pieces of an
   * intent or so.
   */
  readonly soFar: () => Steps<RunDigest>;
}

export interface Reporter {
  readonly name: string;
  /** Is called once, before the first event: for whoever shows more of a run that goes on than its events say. */
  readonly begin?: (run: RunUnderway) => void;
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

/** What is done with each kind of event. */
export type Handlers = {
  readonly [Kind in RunEvent["kind"]]?: (event: Extract<RunEvent, { kind: Kind }>) => void;
};

/** Hands each event to the handler of its kind, if there is one. */
export function handOut(handlers: Handlers): TellRun {
  return (event) => (handlers[event.kind] as TellRun | undefined)?.(event);
}

/** Lets reporters begin; `onTrouble` hears of one that throws, and the run begins all the same. */
export function beginAll(reporters: readonly Reporter[], run: RunUnderway, onTrouble: (says: string) => void): void {
  for (const reporter of reporters) {
    try {
      reporter.begin?.(run);
    } catch (thrown) {
      onTrouble(`the reporter ${reporter.name} did not begin: ${messageOf(thrown)}`);
    }
  }
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

// The stretch of a trial that is judged. Whether the healer's feed could be heard in it is asked in feed-gap.ts.

import { observedUntil, periodsOf } from "../measure/windows/timeline-view.ts";
import type { Ms } from "../core/units.ts";
import type { TrialRecord } from "../core/verdict.ts";
import type { TrialFacts } from "../records/facts/facts.ts";
import type { WindowFact } from "../records/facts/windows.ts";
import type { Mark } from "../records/interval.ts";

/** Instants in ms since the trial's epoch. */
export interface Observation {
  readonly baselineFrom: Ms;
  /** Earliest instant at which the disturbance may have begun (t0's lower bound), or the end of the baseline. */
  readonly since: Ms;
  /** End of observing: our revert began, or the trial ended. */
  readonly until: Ms;
}

/** An observation in which something was injected. */
export interface Disturbed extends Observation {
  readonly t0: Mark;
}

/** The judged stretch, or undefined when the trial never came to a baseline. */
export function observationOf(record: TrialRecord, facts: TrialFacts): Observation | undefined {
  const periods = periodsOf(record.timeline);
  if (periods === undefined) return undefined;
  const since = facts.marks.t0?.lo ?? periods.baselineTo;
  return { baselineFrom: periods.baselineFrom, since, until: observedUntil(periods) };
}

/**
 * The observation together with t0; undefined when nothing was injected, so that nothing can be asked of the healer.
 */
export function disturbance(record: TrialRecord, facts: TrialFacts): Disturbed | undefined {
  const observation = observationOf(record, facts);
  const { t0 } = facts.marks;
  return observation !== undefined && t0 !== undefined ? { ...observation, t0 } : undefined;
}

/** Windows that end in (from, to], ms. */
export function windowsIn(facts: TrialFacts, from: Ms, to: Ms): WindowFact[] {
  return facts.windows.filter((window) => window.to > from && window.to <= to);
}

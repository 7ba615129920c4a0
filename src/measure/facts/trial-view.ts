// What was seen of a trial up to now, in the shape that facts are measured from.

import type { TrialPlan } from "../../records/plan.ts";
import type { ReadingEvent } from "../../records/timeline/reading.ts";
import type { Ms } from "../../core/units.ts";
import type { TrialFacts } from "../../records/facts/facts.ts";
import type { LoadFacts } from "../../records/facts/load.ts";
import type { Mark } from "../../records/interval.ts";
import type { WindowMarks } from "../marks/window-marks.ts";
import type { Settled } from "../windows/settled-counts.ts";
import type { Periods } from "../windows/timeline-view.ts";
import type { Windows } from "../windows/windows.ts";
import type { TimelineEvent } from "../../records/timeline/event.ts";

/** What was seen of a trial up to now. */
export interface TrialView {
  readonly plan: TrialPlan;
  /** Everything that rules read: see condense.ts. */
  readonly timeline: readonly TimelineEvent[];
  readonly periods: Periods | undefined;
  readonly windows: Windows;
  readonly load: LoadFacts;
  /** The newest instant that was seen, ms since the trial's epoch: so long did the trial take. */
  readonly tookMs: Ms;
  /** The newest sample of each state probe. */
  readonly newest: ReadonlyMap<string, ReadingEvent>;
  /**
   * Requests of one stream (without a name: the default stream) that settled in [from, to), ms; undefined for instants
   * that no mark lies at, in a stretch that was let go.
   */
  readonly settledIn: (stretch: { readonly from: Ms; readonly to: Ms }, stream?: string) => Settled | undefined;
  /** What each fact noted of the events as they came. */
  readonly noted: FactFolders;
}

/** The stretches of a trial that came to a baseline, and what its windows show of it. */
export interface Course {
  readonly periods: Periods;
  readonly t0: Mark | undefined;
  /** The disturbance may have begun: lower bound of t0, or the end of the baseline, ms. */
  readonly since: Ms;
  /** End of observing: our revert began, ms. */
  readonly until: Ms;
  readonly byWindow: WindowMarks;
}

/** What facts are measured from; `course` is undefined for a trial that never came to a baseline. */
export interface MeasuredTrial extends TrialView {
  readonly course: Course | undefined;
}

export type FactName = keyof TrialFacts;

/** One fact of one trial in the making. */
export interface FactFolder<Name extends FactName> {
  /** Takes the next event, in the order of writing; absent where nothing is noted of single events. */
  readonly add?: (event: TimelineEvent) => void;
  /** The fact as far as it is known now; may be asked again and again while events go on coming. */
  readonly done: (trial: MeasuredTrial, known: TrialFacts) => TrialFacts[Name];
}

/** A folder for each fact there is. */
export type FactFolders = { readonly [Name in FactName]-?: FactFolder<Name> };

// How much of a trial's timeline there is, so that no page says of what is damaged that it never was.

import type { TrialResult } from "../records/results/trial-result.ts";
import type { TimelineEvent } from "../records/timeline/event.ts";

/** A trial's timeline as it was read. */
export interface ReadTimeline {
  /** null: it is not there, or nothing of it could be read. */
  readonly timeline: readonly TimelineEvent[] | null;
  /** Why that is not all of it, a clause; absent or empty: it is, or it is not there. */
  readonly amiss?: string;
}

/** part: some of its lines, or its end, could not be read. */
export type TimelineLeft = "whole" | "part" | "unreadable" | "missing";

/** Of one that is not whole: the begin of a sentence that ends in what is not known. */
export const leftWords: Readonly<Record<Exclude<TimelineLeft, "whole">, string>> = {
  part: "The timeline could not be read in full",
  unreadable: "The timeline could not be read",
  missing: "The timeline is missing",
};

/** How much there is of it. */
export function leftOf({ timeline, amiss = "" }: ReadTimeline): TimelineLeft {
  if (timeline === null) return amiss === "" ? "missing" : "unreadable";
  return amiss === "" ? "whole" : "part";
}

/** What the page of the trial must say before all else. */
export function warningsOf(trial: TrialResult, { timeline, amiss = "" }: ReadTimeline): readonly string[] {
  const warnings: string[] = [];
  if (timeline === null) {
    const what = amiss === "" ? "is missing" : `could not be read (${amiss})`;
    warnings.push(
      `The timeline of this trial ${what}: the plot is drawn from the windows alone, and no claim can be shown.`,
    );
  } else if (amiss !== "") {
    warnings.push(
      `Not all of the timeline of this trial is there: ${amiss}. Claims, probes and what happened are shown as far as ` +
        "they could be read; marks, times and findings are those of that night.",
    );
  }
  if (trial.facts.windows.length === 0)
    warnings.push("No window was judged in this trial, so there is nothing to plot.");
  for (const event of timeline ?? []) {
    if (event.kind === "trouble") warnings.push(`Trouble (${event.where}): ${event.reason}`);
  }
  return warnings;
}

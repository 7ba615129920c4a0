// Ways of looking at a timeline: one kind of event in order of time, and the stretches of the trial they fall into.

import type { Ms } from "../../core/units.ts";
import type { TimelineEvent } from "../../records/timeline/event.ts";

/** All events of one kind, ordered by `at` (events of other processes are written a little out of order). */
export function eventsOf<K extends TimelineEvent["kind"]>(
  timeline: readonly TimelineEvent[],
  kind: K,
): Extract<TimelineEvent, { kind: K }>[] {
  const fits = (event: TimelineEvent): event is Extract<TimelineEvent, { kind: K }> => event.kind === kind;
  return timeline.filter(fits).sort((a, b) => a.at - b.at);
}

/** The stretches of a trial in ms since its epoch. */
export interface Periods {
  readonly baselineFrom: Ms;
  /** End of the baseline: begin of the injection, or of whatever came instead. */
  readonly baselineTo: Ms;
  /** Our own way back began; absent as long as it has not. From here on nothing is the healer's merit. */
  readonly revertFrom?: Ms;
  /** No fault was in place any more from here on, by the plan, while the trial went on; absent when one was. */
  readonly clearFrom?: Ms;
  /** Nothing that happened at or after this instant is measured. */
  readonly end: Ms;
}

/**
 * The stretches of the trial, or undefined when it never came to a baseline. `now` is the newest instant that was seen,
 * for a timeline that is still growing or from which events were left out.
 */
export function periodsOf(timeline: readonly TimelineEvent[], now?: Ms): Periods | undefined {
  const phases = eventsOf(timeline, "phase");
  const start = phases.findIndex((event) => event.phase === "baseline");
  const baseline = phases[start];
  if (baseline === undefined) return undefined;
  const end =
    phases.find((event) => event.phase === "teardown" || event.phase === "done")?.at ?? now ?? lastInstant(timeline);
  const reverts = [
    ...phases.filter((event) => event.phase === "revert"),
    ...eventsOf(timeline, "fault").filter(({ step, scheduled }) => step === "reverting" && scheduled === undefined),
  ].map((event) => event.at);
  return {
    baselineFrom: baseline.at,
    baselineTo: phases[start + 1]?.at ?? end,
    end,
    ...(reverts.length > 0 && { revertFrom: Math.min(...reverts) }),
  };
}

/** Where the observation of the healer ends: when our revert begins, else at the end. */
export function observedUntil(periods: Periods): Ms {
  return Math.min(periods.revertFrom ?? periods.end, periods.end);
}

function lastInstant(timeline: readonly TimelineEvent[]): Ms {
  return timeline.reduce((last, event) => Math.max(last, event.at), 0);
}

/** The items of an ordered list whose instant lies in [from, to), ms; by bisection, because every window asks. */
export function between<T>(
  ordered: readonly T[],
  instant: (item: T) => Ms,
  { from, to }: { readonly from: Ms; readonly to: Ms },
): T[] {
  return ordered.slice(firstAtOrAfter(ordered, instant, from), firstAtOrAfter(ordered, instant, to));
}

/** Index of the first item at or after an instant, in a list ordered by it. */
export function firstAtOrAfter<T>(ordered: readonly T[], instant: (item: T) => Ms, at: Ms): number {
  let [low, high] = [0, ordered.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = ordered[middle];
    if (item !== undefined && instant(item) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

// Keeps the timeline of one trial: stamps events, hands them to the sink, and lets the conductor look at what is known.

import { messageOf } from "../core/errors.ts";
import type { TrialPlan } from "../records/plan.ts";
import type { TimelineEvent, Unstamped } from "../records/timeline/event.ts";
import { foldTrial } from "../measure/facts/fold.ts";
import type { TrialView } from "../measure/facts/trial-view.ts";
import { inPlainWords } from "./plain-words.ts";
import type { TrialClock } from "./ports.ts";

export interface Recorder {
  readonly timeline: readonly TimelineEvent[];
  readonly record: (event: Unstamped) => void;
  /** Aborts with the first fatal trouble: then the trial is over, and whatever is in place is taken back. */
  readonly over: AbortSignal;
  /** What was seen can no longer be written down. Fatal; told once, however often it is found out. */
  readonly lose: (reason: string) => void;
  /** What follows from the timeline so far, without going through all of it again. */
  readonly seen: () => TrialView;
}

/**
 * A recorder that stamps with `clock` whatever comes without an instant of its own, and takes out what `hide` knows.
 * Recording never throws, since it is
 * done in the midst of cleaning up: that a sink failed is an event itself, once, a fatal one, and the events are kept.
 */
export function makeRecorder(
  plan: TrialPlan,
  clock: TrialClock,
  sink: (event: TimelineEvent) => void,
  hide: (event: TimelineEvent) => TimelineEvent = (event) => event,
): Recorder {
  const timeline: TimelineEvent[] = [];
  const fold = foldTrial(plan);
  const over = new AbortController();
  let lost = false;
  const keep = (event: TimelineEvent): void => {
    timeline.push(event);
    fold.take(event);
    if (event.kind === "trouble" && event.fatal === true) over.abort(new Error(event.reason));
  };
  const lose = (reason: string): void => {
    if (lost) return;
    lost = true;
    record({ kind: "trouble", where: "record", reason, fatal: true });
  };
  const record = (event: Unstamped): void => {
    const stamped = inPlainWords(hide({ ...event, at: event.at ?? clock.now() }));
    keep(stamped);
    try {
      sink(stamped);
    } catch (thrown) {
      lose(messageOf(thrown));
    }
  };
  return { timeline, seen: () => fold.seen(), record, over: over.signal, lose };
}

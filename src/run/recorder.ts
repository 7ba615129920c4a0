// Keeps the timeline of one trial: stamps events, hands them to the sink, and lets the conductor look at what is known.

import { messageOf } from "../core/errors.ts";
import type { TrialPlan } from "../core/plan.ts";
import type { TimelineEvent, Unstamped } from "../core/timeline.ts";
import { foldTrial } from "../measure/fold.ts";
import type { Seen } from "../measure/fold.ts";
import type { TrialClock } from "./ports.ts";

export interface Recorder {
  readonly timeline: readonly TimelineEvent[];
  readonly record: (event: Unstamped) => void;
  /** What follows from the timeline so far, without going through all of it again. */
  readonly seen: () => Seen;
}

/**
 * A recorder that stamps with `clock` whatever comes without an instant of its own. Recording never throws, since it is done in
 * the midst of cleaning up: that a sink failed is an event itself, once, and the events are kept.
 */
export function makeRecorder(plan: TrialPlan, clock: TrialClock, sink: (event: TimelineEvent) => void): Recorder {
  const timeline: TimelineEvent[] = [];
  const fold = foldTrial(plan);
  let failed = false;
  const keep = (event: TimelineEvent): void => {
    timeline.push(event);
    fold.take(event);
  };
  return {
    timeline,
    seen: () => fold.seen(),
    record(event) {
      const stamped = { ...event, at: event.at ?? clock.now() } as TimelineEvent;
      keep(stamped);
      try {
        sink(stamped);
      } catch (thrown) {
        if (!failed) keep({ kind: "trouble", at: clock.now(), where: "recorder", reason: messageOf(thrown) });
        failed = true;
      }
    },
  };
}

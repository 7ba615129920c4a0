// Keeps the timeline of one trial: stamps events, hands them to the sink, and lets the conductor look at what is known.

import type { TimelineEvent, Unstamped } from "../core/timeline.ts";
import type { TrialClock } from "./ports.ts";

export interface Recorder {
  readonly timeline: readonly TimelineEvent[];
  readonly record: (event: Unstamped) => void;
}

/** A recorder that stamps with `clock` whatever comes without an instant of its own. */
export function makeRecorder(clock: TrialClock, sink: (event: TimelineEvent) => void): Recorder {
  const timeline: TimelineEvent[] = [];
  return {
    timeline,
    record(event) {
      const stamped = { ...event, at: event.at ?? clock.now() } as TimelineEvent;
      timeline.push(stamped);
      sink(stamped);
    },
  };
}

// Keeps the timeline of one trial: stamps events, hands them to the sink, and lets the conductor look at what is known.

import { messageOf } from "../core/errors.ts";
import type { TimelineEvent, Unstamped } from "../core/timeline.ts";
import type { TrialClock } from "./ports.ts";

export interface Recorder {
  readonly timeline: readonly TimelineEvent[];
  readonly record: (event: Unstamped) => void;
}

/**
 * A recorder that stamps with `clock` whatever comes without an instant of its own. Recording never throws, since it is done in
 * the midst of cleaning up: that a sink failed is an event itself, once, and the events are kept.
 */
export function makeRecorder(clock: TrialClock, sink: (event: TimelineEvent) => void): Recorder {
  const timeline: TimelineEvent[] = [];
  let failed = false;
  return {
    timeline,
    record(event) {
      const stamped = { ...event, at: event.at ?? clock.now() } as TimelineEvent;
      timeline.push(stamped);
      try {
        sink(stamped);
      } catch (thrown) {
        if (!failed) timeline.push({ kind: "trouble", at: clock.now(), where: "recorder", reason: messageOf(thrown) });
        failed = true;
      }
    },
  };
}

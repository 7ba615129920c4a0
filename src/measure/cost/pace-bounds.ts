// How late the harness may be before a trial says nothing any more: asked by the rule afterwards, and by the governor
// before.

import { streamsOf } from "../../core/streams.ts";
import type { LoadedStream } from "../../core/streams.ts";
import type { Ms, Share } from "../../core/units.ts";
import type { TrialPlan } from "../../records/plan.ts";
import type { TimelineEvent } from "../../records/timeline/event.ts";
import { lateSendMs } from "./load-facts.ts";
import { eventsOf } from "../windows/timeline-view.ts";

/**
 * Lateness that widened marks can carry: this share of the shorter of window and `slow_over`. Beyond it the trial says
 * nothing.
 */
const lagShare: Share = 1 / 4;

type Paced = {
  readonly steady: Pick<TrialPlan["steady"], "windowMs">;
  readonly load: TrialPlan["load"];
};

/**
 * All but 1 % of the requests must be sent within this of their intended time, ms: those of one stream, else of the
 * stream that bears least.
 */
export function bearableSendLagMs({ steady, load }: Paced, stream?: Pick<LoadedStream, "slowOverMs">): Ms {
  const slowOverMs = (stream === undefined ? streamsOf(load) : [stream]).map((each) => each.slowOverMs);
  return Math.max(lateSendMs, lagShare * Math.min(steady.windowMs, ...slowOverMs));
}

/** Windows are the unit of every judgement: timers later than half of one for 5 % of the time blur them, ms. */
export function bearableTimerLagMs({ steady }: Paced): Ms {
  return steady.windowMs / 2;
}

/**
 * Instants of requests must be known to within this on our clock, ms, where another machine stamped them: beyond half a
 * window they may belong to the one beside it (decision 0831).
 */
export function bearableClockMs({ steady }: Paced): Ms {
  return steady.windowMs / 2;
}

/** The conductor's own timer is sampled so often, ms; a stall shorter than this may fall between two samples. */
export const paceEveryMs: Ms = 10;

/**
 * How long what arrived may have waited for us around an instant, ms: the worst lag of the seconds beside it, and one
 * sample. Pace is written once a second, at its end.
 */
export function loopLagAt(timeline: readonly TimelineEvent[], at: Ms): Ms {
  const near = eventsOf(timeline, "pace").filter((event) => event.at > at - 1500 && event.at < at + 2500);
  return near.reduce((worst, { lagMs }) => Math.max(worst, lagMs), 0) + paceEveryMs;
}

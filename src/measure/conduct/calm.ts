// How long there was nothing to find, and how often the healer found something all the same.

import { isControl } from "../../core/arms.ts";
import type { TrialRecord } from "../../core/verdict.ts";
import type { TrialFacts } from "../../records/facts/facts.ts";
import type { Ms } from "../../core/units.ts";
import { feedPace, signsOfLife } from "../marks/claim-marks.ts";
import { eventsOf, observedUntil } from "../windows/timeline-view.ts";
import type { Periods } from "../windows/timeline-view.ts";
import type { TimelineEvent } from "../../records/timeline/event.ts";

/** Eight missed beats are silence, ms: 2 s of our own feed, which beats every 250 ms. */
export function silenceMs(timeline: readonly TimelineEvent[]): Ms {
  return 8 * feedPace(timeline).everyMs;
}

/**
 * Fault-free time in which the healer's feed was heard, and the incidents it detected in it: the baseline up to the
 * earliest instant at which a fault may have begun (`since`, ms), in control arms up to the end of observing. Undefined
 * when the target has no feed.
 */
export function calmTime({ plan, timeline }: TrialRecord, periods: Periods, since: Ms): TrialFacts["calm"] {
  if (!plan.targetFacts.hasFeed) return undefined;
  const [from, until] = [periods.baselineFrom, isControl(plan.arm) ? observedUntil(periods) : since];
  const watchedMs = heardMs(timeline, from, until);
  const incidents = eventsOf(timeline, "claim")
    .filter(({ at, claim }) => claim.type === "detected" && at >= from && at < until)
    .map(({ claim }) => claim.incident);
  return { watchedMs, alarms: new Set(incidents).size };
}

/** How much of [from, until] the feed was heard in, ms: between signs of life with no loss and no silence between. */
export function heardMs(timeline: readonly TimelineEvent[], from: Ms, until: Ms): Ms {
  const lost = eventsOf(timeline, "feed").filter(({ state }) => state === "lost");
  const lives = signsOfLife(timeline);
  const silence = silenceMs(timeline);
  let heard = 0;
  for (const [index, end] of lives.entries()) {
    const begin = lives[index - 1] ?? end;
    const broken = end - begin > silence || lost.some(({ at }) => at >= begin && at < end);
    if (!broken) heard += Math.max(0, Math.min(end, until) - Math.max(begin, from));
  }
  return heard;
}

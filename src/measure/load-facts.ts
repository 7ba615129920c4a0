// What the load did: how much of it arrived, how late it was sent, how long users waited.

import type { LoadSpec } from "../core/intent.ts";
import type { RequestEvent, TimelineEvent } from "../core/timeline.ts";
import type { Ms } from "../core/units.ts";
import type { LoadFacts } from "../core/verdict.ts";
import { latencyFacts, percentile } from "./percentiles.ts";
import { settle } from "./requests.ts";
import { eventsOf, observedUntil } from "./timeline-view.ts";
import type { Periods } from "./timeline-view.ts";

/** A request sent later than this after its intended time was not sent in time (MEASUREMENT: schedule lag p99 ≤ 5 ms). */
export const lateSendMs: Ms = 5;

/** Share of requests that may be sent late before it counts (MEASUREMENT, Load). */
export const lateSendTolerance = 0.01;

/**
 * What our own lateness does to the marks, ms: nothing while all but 1 % of the requests were sent within 5 ms. Beyond, an
 * answer may look slow by as much as its request was late, so that a window turns by as much too early or too late.
 */
export function markSlackMs(load: LoadFacts): Ms {
  return load.sendLagMs > lateSendMs ? load.sendLagMs : 0;
}

const none: LoadFacts = {
  expected: 0,
  answered: 0,
  errors: 0,
  unsent: 0,
  lateSendShare: 0,
  lagMaxMs: 0,
  sendLagMs: 0,
  baselineLatency: { samples: 0 },
  disturbedLatency: { samples: 0 },
};

/**
 * Counts requests intended from the start of the baseline to the end of the trial. Latencies are of answered requests that
 * settled in the baseline, and in [`since`, end of observing) — the whole disturbance, recovered or not.
 */
export function loadFacts(
  timeline: readonly TimelineEvent[],
  load: LoadSpec,
  periods: Periods | undefined,
  since: Ms,
): LoadFacts {
  if (periods === undefined) return none;
  const all = eventsOf(timeline, "request");
  const requests = all.filter(({ intended }) => intended >= periods.baselineFrom && intended < periods.end);
  const lags = requests.flatMap(({ sent, intended }) => (sent === null ? [] : [sent - intended]));
  const having = (outcome: RequestEvent["outcome"]): number =>
    requests.filter((request) => request.outcome === outcome).length;
  const settled = all.map((request) => settle(request, load.slowOverMs));
  const latencies = (from: Ms, to: Ms): Ms[] =>
    settled.flatMap(({ at, latencyMs }) => (latencyMs !== undefined && at >= from && at < to ? [latencyMs] : []));
  return {
    expected: requests.length,
    answered: having("answered"),
    errors: having("error"),
    unsent: having("unsent"),
    lateSendShare: lags.length === 0 ? 0 : lags.filter((lag) => lag > lateSendMs).length / lags.length,
    lagMaxMs: lags.reduce((worst, lag) => Math.max(worst, lag), 0),
    sendLagMs: Math.max(0, percentile(lags, 1 - lateSendTolerance) ?? 0),
    baselineLatency: latencyFacts(latencies(periods.baselineFrom, periods.baselineTo)),
    disturbedLatency: latencyFacts(latencies(since, observedUntil(periods))),
  };
}

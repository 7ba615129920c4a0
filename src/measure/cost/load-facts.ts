// How late the load may be sent before it counts, and what is done to marks then.

import type { Ms } from "../../core/units.ts";
import type { LoadFacts } from "../../records/facts/load.ts";

/**
 * A request sent later than this after its intended time was not sent in time. The goal for the 99th
 * percentile of this lag is the same (src/internals/measurement.md, "Load").
 */
export const lateSendMs: Ms = 5;

/** Share of requests that may be sent late before it counts (src/internals/measurement.md, "Load"). */
export const lateSendTolerance = 0.01;

/**
 * What our own lateness does to the marks, ms, by the stream that was sent latest: nothing while all but 1 % of the
 * requests were sent within 5 ms. Beyond, an answer may look slow by as much as its request was late, so that a window
 * turns by as much too early or too late.
 */
export function markSlackMs(load: LoadFacts): Ms {
  const lags = [load, ...Object.values(load.streams ?? {})].map(({ sendLagMs }) => sendLagMs);
  const worst = Math.max(...lags);
  return worst > lateSendMs ? worst : 0;
}

/**
 * How much less sharply instants of requests are known than their stamps say, ms: by our lateness, and by how well the
 * clock is known of the machine that sent them, where that is another one (decision 0831).
 */
export function requestSlackMs(load: LoadFacts): Ms {
  return markSlackMs(load) + (load.clockMs ?? 0);
}

/** The load of a trial that never came to a baseline. */
export const noLoad: LoadFacts = {
  expected: 0,
  answered: 0,
  errors: 0,
  errorsBy: { baseline: {}, disturbed: {} },
  unsent: 0,
  lateSendShare: 0,
  lagMaxMs: 0,
  sendLagMs: 0,
  baselineLatency: { samples: 0 },
  disturbedLatency: { samples: 0 },
};

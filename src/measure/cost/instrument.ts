// What a light load on a target that does nothing says of the load generator.

import type { TriedLoad } from "../../core/load-source.ts";
import type { Ms } from "../../core/units.ts";
import { percentile } from "../windows/percentiles.ts";
import type { Instrument, InstrumentStep } from "../../records/instrument.ts";
import type { RequestEvent } from "../../records/timeline/request.ts";

/**
 * A rate is kept while half of its requests are sent within this, ms. Beyond its ceiling a generator falls behind by
 * more with each request; a single hiccup of the machine moves no median.
 */
const keptLagMs: Ms = 25;
/** What never came counts as so late, ms. */
const neverMs: Ms = 10_000;

/** One step for each rate, in their order: by rising rate. */
export function instrumentOf({ tried, events }: TriedLoad): Instrument {
  const steps = tried.map((rate) => stepOf(rate, events));
  const broken = steps.findIndex(({ kept }) => !kept);
  const kept = broken === -1 ? steps : steps.slice(0, broken);
  return { ok: true, steps, ceilingPerSecond: kept.at(-1)?.ratePerSecond ?? 0 };
}

function stepOf(
  { ratePerSecond, from, to }: TriedLoad["tried"][number],
  events: readonly RequestEvent[],
): InstrumentStep {
  const due = events.filter(({ intended }) => intended >= from && intended < to);
  const lags = due.map(({ intended, sent }) => (sent === null ? neverMs : sent - intended));
  const latencies = due.map(({ intended, done }) => (done === null ? neverMs : done - intended));
  const answered = due.filter(({ outcome }) => outcome === "answered").length;
  const sendLagMs = spread(lags);
  return {
    ratePerSecond,
    due: due.length,
    answered,
    sendLagMs,
    latencyMs: spread(latencies),
    kept: due.length > 0 && answered === due.length && sendLagMs.p50 <= keptLagMs,
  };
}

function spread(values: readonly Ms[]): { readonly p50: Ms; readonly p95: Ms } {
  const at = (share: number): Ms => Math.round(1000 * (percentile(values, share) ?? neverMs)) / 1000;
  return { p50: at(0.5), p95: at(0.95) };
}

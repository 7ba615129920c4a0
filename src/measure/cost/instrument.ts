// What a light load on a target that does nothing says of the load generator.

import type { TriedLoad } from "../../core/load-source.ts";
import type { Ms, Share } from "../../core/units.ts";
import { percentile } from "../windows/percentiles.ts";
import type { Instrument, InstrumentStep } from "../../records/instrument.ts";
import type { RequestEvent } from "../../records/timeline/request.ts";

/**
 * A rate is kept while half of its requests are sent within this, ms: beyond its ceiling a generator falls behind by
 * more with each request.
 */
const keptLagMs: Ms = 25;
/** As few may go unanswered as may go unsent in a trial. */
const leastAnswered: Share = 0.99;
/** What never came counts as so late, ms. */
const neverMs: Ms = 10_000;

/**
 * One step for each rate, in their order: by rising rate. Of several looks the better one counts for each rate, since a
 * stall of the machine during one of them says nothing of what the generator can do.
 */
export function instrumentOf(looks: readonly TriedLoad[]): Instrument {
  const [first] = looks;
  const steps = (first?.tried ?? []).map((_, index) => {
    const same = looks.flatMap(({ tried, events }) => (tried[index] ? [stepOf(tried[index], events)] : []));
    return same.reduce((best, step) => (best.kept || !step.kept ? best : step));
  });
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
    kept: due.length > 0 && answered >= leastAnswered * due.length && sendLagMs.p50 <= keptLagMs,
  };
}

function spread(values: readonly Ms[]): { readonly p50: Ms; readonly p95: Ms } {
  const at = (share: number): Ms => Math.round(1000 * (percentile(values, share) ?? neverMs)) / 1000;
  return { p50: at(0.5), p95: at(0.95) };
}

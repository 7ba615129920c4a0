// The headline time of an intent over its trials: never a mean over those that happened to recover.

import { intervalText, secondsText } from "../../core/text.ts";
import type { Ms } from "../../core/units.ts";
import type { Span } from "../../records/interval.ts";
import type { TimeSummary } from "../../records/results/summaries.ts";
import { formatSpan, resolutionMs } from "../marks/spans.ts";
import { survival } from "./kaplan-meier.ts";
import type { Observation } from "./kaplan-meier.ts";
import { kaplanMeierMedian, medianInterval } from "./median-time.ts";
import { restrictedMeanInterval } from "./restricted-mean.ts";

type MedianTime = NonNullable<TimeSummary["median"]>;

/**
 * Summarises one time over trials. An undefined span is a trial in which it did not come to pass within `tauMs`:
 * censored there, never dropped. One trial: its span. Two to five: the median without interval (none exists). From 6
 * on: with it. From 20 on also RMST(τ).
 */
export function summariseTimes(spans: readonly (Span | undefined)[], tauMs: Ms, formula: string): TimeSummary {
  const seen = spans.filter((span) => span !== undefined);
  // What came after τ counts as not seen within the time fixed before the run, like what never came.
  const censoredCount = spans.filter((span) => span === undefined || span.ms > tauMs).length;
  const base = { n: spans.length, censored: censoredCount, formula };
  const beyond = `> ${secondsText(tauMs, 100)} s`;
  if (spans.length === 0) return { ...base, says: "no trial to tell" };
  const [first] = seen;
  if (spans.length === 1) {
    if (first === undefined) return { ...base, says: `${beyond} (did not happen while watched)` };
    return { ...base, single: first, says: formatSpan(first) };
  }
  const observations = spans.map((span): Observation =>
    span === undefined || span.ms > tauMs ? { ms: tauMs, ended: false } : { ms: span.ms, ended: true },
  );
  const median = medianOf(observations);
  const resolution = seen.reduce((coarsest, span) => Math.max(coarsest, resolutionMs(span.lo, span.hi)), 1);
  const censored = base.censored === 0 ? "" : `, ${base.censored} beyond ${secondsText(tauMs, 100)} s`;
  const head =
    median === undefined ? atLeast(observations, resolution, beyond) : medianText(median, resolution, beyond);
  return {
    ...base,
    ...(median && { median }),
    says: `median ${head}, n = ${spans.length}${censored}${meanText(observations, tauMs, resolution)}`,
  };
}

/** What is known of a median that was not reached: exactly half ended by a time, or fewer did by τ. */
function atLeast(observations: readonly Observation[], resolution: Ms, beyond: string): string {
  const last = survival(observations).at(-1);
  return last === undefined || last.share > 0.5 + 1e-12 ? beyond : `≥ ${secondsText(last.ms, resolution)} s`;
}

/** The median and what is known of its interval; undefined when it was not reached. */
function medianOf(observations: readonly Observation[]): MedianTime | undefined {
  const ms = kaplanMeierMedian(observations);
  if (ms === undefined) return undefined;
  const interval = medianInterval(observations);
  if (!interval.ok) return { ms };
  return { ms, lo: interval.lo, ...(interval.hi !== undefined && { hi: interval.hi }) };
}

/**
 * `; RMST 4.4 s (95 % 1.7–9.8) of 30.0 s`, its bounds rounded outwards, or nothing where no restricted mean may be
 * said.
 */
function meanText(observations: readonly Observation[], tauMs: Ms, resolution: Ms): string {
  const mean = restrictedMeanInterval(observations, tauMs);
  if (!mean.ok) return "";
  const lo = Math.floor(mean.lo / resolution + 1e-9) * resolution;
  const hi = Math.ceil(mean.hi / resolution - 1e-9) * resolution;
  const interval = intervalText(secondsText(lo, resolution), secondsText(hi, resolution));
  return `; RMST ${secondsText(mean.ms, resolution)} s (95 % ${interval}) of ${secondsText(tauMs, 100)} s`;
}

function medianText(median: MedianTime, resolution: Ms, beyond: string): string {
  const text = `${secondsText(median.ms, resolution)} s`;
  if (median.lo === undefined) return text;
  const lo = secondsText(median.lo, resolution);
  const hi = median.hi === undefined ? beyond : secondsText(median.hi, resolution);
  return `${text} (95 % ${median.hi === undefined ? `${lo} to ${hi}` : intervalText(lo, hi)})`;
}

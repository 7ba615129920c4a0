// Numbers as words, never with more digits than were measured. Everything shown goes through here.

import type { IntentDigest } from "../core/digest.ts";
import { secondsText } from "../core/text.ts";
import type { LatencyFacts } from "../records/facts/load.ts";
import type { Span } from "../records/interval.ts";
import type { TimeSummary } from "../records/results/summaries.ts";
import { formatSpan, resolutionMs } from "../measure/marks/spans.ts";

const NONE = "–";

/** A duration between two marks with its interval; a dash when there is none. */
export function spanText(span: Pick<Span, "ms" | "lo" | "hi"> | undefined): string {
  return span ? formatSpan(span) : NONE;
}

/** A time over trials as the measure room says it; a dash when no trial could tell. */
export function summaryText(summary: TimeSummary | undefined): string {
  if (summary?.unobserved === true) return "not observed";
  if (!summary || summary.n === 0) return NONE;
  return summary.single || summary.median ? summary.says : "not reached";
}

/** The bare figure of an intent's headline time, for narrow places; as coarse as the coarsest trial it comes from. */
export function headlineText(intent: IntentDigest, time: "mttd" | "mttr" | "ttm"): string {
  const summary = intent[time];
  if (summary?.unobserved === true) return "not observed";
  if (!summary || summary.n === 0) return NONE;
  const ms = summary.single?.ms ?? summary.median?.ms;
  if (ms === undefined) return "not reached";
  const spans = [summary.single, ...intent.trials.map((trial) => trial.facts[time])].filter(
    (span) => span !== undefined,
  );
  const resolution = Math.max(1, ...spans.map((span) => resolutionMs(span.lo, span.hi)));
  return `${secondsText(ms, resolution)} s`;
}

/** A latency in whole milliseconds. */
export function latencyText(ms: number): string {
  return `${Math.round(ms)} ms`;
}

/** A percentile with its name's floor respected: the figure, or how few samples there were. */
export function percentileText(latency: LatencyFacts, name: "p50" | "p95" | "p99"): string {
  const ms = latency[name];
  return ms === undefined ? `too few samples (${latency.samples}) for ${name}` : latencyText(ms);
}

/** A plain decimal with at most two digits after the point. */
export function decimalText(value: number): string {
  return String(Math.round(value * 100) / 100).replace("-", "−");
}

/** Wall time, for how long something took: `42 s`, `4 min 12 s`, `2 h 5 min`. */
export function wallTimeText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

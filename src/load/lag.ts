// How late the generator itself was: its own histogram, so that a slow harness is never taken for a slow target.

import { build } from "hdr-histogram-js";
import type { Ms } from "../core/units.ts";

export interface LagSummary {
  readonly samples: number;
  readonly p50Ms: Ms;
  readonly p99Ms: Ms;
  readonly maxMs: Ms;
}

export interface LagRecorder {
  /** ms between an intended send time and the moment we got round to it. */
  record(lagMs: Ms): void;
  summary(): LagSummary;
}

/** Records in µs (three significant digits) up to a minute. */
export function makeLagRecorder(): LagRecorder {
  const histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 60_000_000,
    numberOfSignificantValueDigits: 3,
  });
  return {
    record(lagMs) {
      histogram.recordValue(Math.min(60_000_000, Math.max(0, Math.round(lagMs * 1000))));
    },
    summary() {
      const at = (percentile: number): Ms => histogram.getValueAtPercentile(percentile) / 1000;
      const samples = histogram.totalCount;
      if (samples === 0) return { samples, p50Ms: 0, p99Ms: 0, maxMs: 0 };
      return { samples, p50Ms: at(50), p99Ms: at(99), maxMs: histogram.maxValue / 1000 };
    },
  };
}

// Samples of the metrics that a script's thresholds ask for, and what became of those. Others are not kept.

import type { Ms } from "../../../core/units.ts";
import type { ThresholdEvent } from "../../../records/timeline/threshold.ts";
import type { Tags, Threshold } from "../script/thresholds.ts";

/** More of one metric are not kept: a script that adds without end would take the memory of all. */
const mostSamples = 1_000_000;

/** Samples that a threshold is about. */
interface Series {
  readonly tags: Tags;
  readonly samples: number[];
  isFull: boolean;
}

export class Metrics {
  readonly #thresholds: readonly Threshold[];
  /** By the name that the threshold gives it. */
  readonly #series = new Map<string, Series>();
  /** By the metric. */
  readonly #of = new Map<string, Series[]>();

  /** Samples are kept for thresholds, and of the metrics that are named `also`. */
  constructor(thresholds: readonly Threshold[], also: readonly string[] = []) {
    this.#thresholds = thresholds;
    for (const { metric, base, tags } of [
      ...thresholds,
      ...also.map((name) => ({ metric: name, base: name, tags: {} })),
    ]) {
      if (this.#series.has(metric)) continue;
      const series = { tags, samples: [], isFull: false };
      this.#series.set(metric, series);
      this.#of.set(base, [...(this.#of.get(base) ?? []), series]);
    }
  }

  /** Of a metric that no threshold asks for nothing is kept; of one with too many samples nothing is concluded. */
  add(metric: string, value: number, tags: Tags): void {
    for (const series of this.#of.get(metric) ?? []) {
      if (!Object.entries(series.tags).every(([key, wanted]) => tags[key] === wanted)) continue;
      if (series.samples.length < mostSamples) series.samples.push(value);
      else series.isFull = true;
    }
  }

  /** Those that were kept. */
  samplesOf(metric: string): readonly number[] {
    return this.#series.get(metric)?.samples ?? [];
  }

  /** What became of each threshold; `spanMs`: the time of the load. */
  outcomes(at: Ms, spanMs: Ms): readonly ThresholdEvent[] {
    return this.#thresholds.map(({ metric, kind, expression, of, sign, bound }): ThresholdEvent => {
      const { samples = [], isFull = false } = this.#series.get(metric) ?? {};
      const base = { kind: "threshold", at, metric, expression, samples: samples.length } as const;
      if (samples.length === 0) return { ...base, outcome: "inconclusive" };
      const value = valueOf(samples, { kind, of }, spanMs);
      if (isFull) return { ...base, value, outcome: "inconclusive" };
      return { ...base, value, outcome: holds(value, sign, bound) ? "pass" : "fail" };
    });
  }
}

/** What samples come to; there must be some. `spanMs`: the time of the load. */
export function valueOf(samples: readonly number[], { kind, of }: Pick<Threshold, "kind" | "of">, spanMs: Ms): number {
  const sum = samples.reduce((all, one) => all + one, 0);
  if (typeof of === "object") return percentile(samples, of.percentile);
  switch (of) {
    case "count":
      return sum;
    case "rate":
      return kind === "rate" ? samples.filter((one) => one !== 0).length / samples.length : (1_000 * sum) / spanMs;
    case "value":
      return samples.at(-1) ?? 0;
    case "avg":
      return sum / samples.length;
    case "min":
      return percentile(samples, 0);
    case "max":
      return percentile(samples, 100);
    default:
      return percentile(samples, 50);
  }
}

/** By straight lines between the samples beside it, as k6 does. */
function percentile(samples: readonly number[], percent: number): number {
  const sorted = Float64Array.from(samples).sort();
  const place = (percent / 100) * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0];
  return low + (high - low) * (place - Math.floor(place));
}

function holds(value: number, sign: Threshold["sign"], bound: number): boolean {
  switch (sign) {
    case "<":
      return value < bound;
    case "<=":
      return value <= bound;
    case ">":
      return value > bound;
    case ">=":
      return value >= bound;
    case "!=":
      return value !== bound;
    default:
      return value === bound;
  }
}

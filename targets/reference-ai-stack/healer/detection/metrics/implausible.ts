// What cannot be true of a server's numbers, whatever goes on there. Such numbers are distrusted, not obeyed.
import { NUMBERS } from "../../numbers.ts";
import type { MetricsSeen, RowNow, SeriesNow } from "../../telemetry/metrics/metric-look.ts";
import { riseOf } from "./metric-rises.ts";
import type { Rise } from "./metric-rises.ts";

const RULE = NUMBERS.metrics.implausible;

/** What one reading says that cannot be, alone or after the one before; in words. */
export function impossibilities(before: MetricsSeen | null, now: MetricsSeen): readonly string[] {
  const found = now.rows.flatMap((row) => row.series.flatMap((series) => ofOneSeries(row, series)));
  if (before === null) return found;
  return [...found, ...ofTimes(before, now), ...ofParts(before, now)];
}

/** Counts that are less than they were. Only a process that began anew may do that. */
export function falls(before: MetricsSeen, now: MetricsSeen): readonly string[] {
  return now.rows.flatMap(({ row, series }) => {
    if (row.type !== "counter" && row.type !== "histogram") return [];
    const old = new Map(before.rows.find((one) => one.row === row)?.series.map(({ key, value }) => [key, value]));
    const fell = series.find(({ key, value }) => value < (old.get(key) ?? value));
    return fell === undefined ? [] : [`${row.series} fell from ${old.get(fell.key)} to ${fell.value}`];
  });
}

function ofOneSeries({ row }: RowNow, { value, histogram }: SeriesNow): readonly string[] {
  if (!Number.isFinite(value)) return [`${row.series} reads ${value}`];
  // Where an idle server reads more than 0, that much was taken off already.
  if (value < -1e-9 && row.idle === undefined) return [`${row.series} reads ${figure(value)}, below 0`];
  if (row.unit === "ratio" && value > RULE.mostRatio) return [`${row.series} reads ${figure(value)} as a ratio`];
  if (histogram === undefined) return [];
  const { cumulative, sum = 0 } = histogram;
  const last = cumulative.at(-1);
  const rises = cumulative.every(({ count }, n) => count >= (cumulative[n - 1]?.count ?? 0));
  if (last?.upTo !== Infinity || !rises) return [`the buckets of ${row.series} contradict each other`];
  if (last.count > value) return [`${row.series} has more values in its buckets than in its count`];
  if (!Number.isFinite(sum) || sum < 0) return [`${row.series}_sum reads ${sum}`];
  return [];
}

/** Half of all requests cannot take a quarter of an hour, and a sum lies between what its buckets allow. */
function ofTimes(before: MetricsSeen, now: MetricsSeen): readonly string[] {
  const signals = new Set(
    now.rows.filter(({ row }) => row.type === "histogram" && row.unit === "s").map(({ row }) => row.signal),
  );
  return [...signals].flatMap((signal) => {
    const rise = riseOf(before, now, signal);
    if (rise?.spans === undefined || rise.count <= 0) return [];
    const median = medianSpan(rise);
    if (median !== undefined && median.lo > RULE.mostSeconds)
      return [`half of all ${signal} are above ${figure(median.lo)} s`];
    const observed = now.rows.every(({ row }) => row.signal !== signal || row.sum === "observed");
    const least = rise.spans.reduce((sum, { lo, count }) => sum + lo * count, 0);
    const most = rise.spans.reduce((sum, { hi, count }) => sum + (count === 0 ? 0 : hi * count), 0);
    const isOut =
      rise.sum !== undefined && (rise.sum < least * (1 - 1e-6) - 1e-6 || rise.sum > most * (1 + 1e-6) + 1e-6);
    // A page may be written while a value is observed: then the count is ahead of the buckets.
    const isWhole = rise.spans.reduce((sum, { count }) => sum + count, 0) === rise.count;
    return observed && isWhole && isOut
      ? [`${signal} took ${figure(rise.sum ?? 0)} s in all, which its buckets contradict`]
      : [];
  });
}

function medianSpan({ spans = [], count }: Rise): { readonly lo: number } | undefined {
  let below = 0;
  return spans.find((span) => (below += span.count) >= count / 2);
}

const PARTS = ["queue", "prefill", "decode"] as const;

/** A whole request takes as long as its parts; compared where the same requests are in all of them. */
function ofParts(before: MetricsSeen, now: MetricsSeen): readonly string[] {
  const whole = riseOf(before, now, "e2e");
  const parts = PARTS.map((part) => riseOf(before, now, part));
  if (whole?.sum === undefined || whole.count <= 0) return [];
  if (parts.some((part) => part?.sum === undefined || part.count !== whole.count)) return [];
  const mean = whole.sum / whole.count;
  const meanOfParts = parts.reduce((sum, part) => sum + (part?.sum ?? 0), 0) / whole.count;
  if (Math.abs(mean - meanOfParts) <= Math.max(RULE.partsSeconds, RULE.partsShare * Math.max(mean, meanOfParts)))
    return [];
  return [`requests took ${figure(mean)} s, but queue, prefill and decode together ${figure(meanOfParts)} s`];
}

function figure(value: number): string {
  return String(Number(value.toPrecision(3)));
}

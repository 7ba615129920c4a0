// What a page says of the rows of the catalogue: single series, each with the part (engine, process) that it belongs
// to.

import type { MetricRow } from "./catalogue.ts";
import type { MetricPage, MetricSample } from "./prometheus-text.ts";
import type { Buckets } from "./histogram.ts";

/** One series of a row. */
export interface SeriesValue {
  readonly part: string;
  /** As on the wire, not scaled; of a histogram its count. */
  readonly value: number;
  readonly written: string;
  readonly histogram?: {
    /** Scaled to the canonical unit, as are the bounds. */
    readonly sum: number | undefined;
    /** Counts cumulative, as on the wire. */
    readonly cumulative: Buckets;
  };
}

export type RowValues = ReadonlyMap<string, SeriesValue>;

/** What cannot be read of a page that was parsed. */
export class UnreadableSeries extends Error {}

/** The series of a row on a page, by their labels; empty when there is none. Throws {@link UnreadableSeries}. */
export function valuesOf(page: MetricPage, row: MetricRow): RowValues {
  if (row.type === "histogram" && row.unit === "s") return histogramsOf(page, row);
  const names = row.type === "histogram" ? [`${row.series}_sum`] : spellingsOf(row);
  const name = names.find((spelling) => page.samples(spelling).length > 0) ?? row.series;
  const values = new Map<string, SeriesValue>();
  for (const sample of page.samples(name).filter((one) => isMeant(one, row))) {
    put(values, sample, { part: partOf(sample, row), value: sample.value, written: sample.written });
  }
  return values;
}

/** `_total` is optional: a counter has it by OpenMetrics and often not in practice. */
function spellingsOf({ series, type }: MetricRow): string[] {
  if (type !== "counter") return [series];
  return [series, series.endsWith("_total") ? series.slice(0, -"_total".length) : `${series}_total`];
}

function put(values: Map<string, SeriesValue>, { name, labels }: MetricSample, value: SeriesValue): void {
  const key = keyOf(labels);
  if (values.has(key)) throw new UnreadableSeries(`${name} stands twice on the page with the same labels`);
  values.set(key, value);
}

function keyOf(labels: MetricSample["labels"]): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function partOf({ labels }: MetricSample, { parts = [] }: MetricRow): string {
  return parts.map((label) => `${label}=${labels[label] ?? ""}`).join(",");
}

function isMeant({ labels }: MetricSample, { match = {}, unless = {} }: MetricRow): boolean {
  const fits = ([label, pattern]: readonly [string, string]): boolean =>
    new RegExp(`^(?:${pattern})$`).test(labels[label] ?? "");
  return Object.entries(match).every(fits) && !Object.entries(unless).some(fits);
}

function histogramsOf(page: MetricPage, row: MetricRow): RowValues {
  const scale = row.scale ?? 1;
  const sums = new Map(page.samples(`${row.series}_sum`).map(({ labels, value }) => [keyOf(labels), value]));
  const bounds = new Map<string, { upTo: number; count: number }[]>();
  for (const sample of page.samples(`${row.series}_bucket`)) {
    const { le, ...labels } = sample.labels;
    const upTo = le === "+Inf" ? Infinity : Number(le ?? Number.NaN) * scale;
    if (Number.isNaN(upTo)) throw new UnreadableSeries(`${row.series} has a bucket without a bound`);
    const key = keyOf(labels);
    bounds.set(key, [...(bounds.get(key) ?? []), { upTo, count: sample.value }]);
  }
  const values = new Map<string, SeriesValue>();
  for (const sample of page.samples(`${row.series}_count`).filter((one) => isMeant(one, row))) {
    const key = keyOf(sample.labels);
    const cumulative = (bounds.get(key) ?? []).sort((a, b) => a.upTo - b.upTo);
    checkBuckets(row.series, cumulative, sample.value);
    const sum = sums.get(key);
    put(values, sample, {
      part: partOf(sample, row),
      value: sample.value,
      written: sample.written,
      histogram: { cumulative, sum: sum === undefined ? undefined : sum * scale },
    });
  }
  return values;
}

/** Buckets are read while they are written: the count may be ahead of them, but they never fall from bound to bound. */
function checkBuckets(series: string, cumulative: Buckets, count: number): void {
  if (cumulative.at(-1)?.upTo !== Infinity) throw new UnreadableSeries(`${series} has no bucket +Inf`);
  const rises = cumulative.every(({ count: own }, index) => own >= (cumulative[index - 1]?.count ?? 0));
  if (!rises || (cumulative.at(-1)?.count ?? 0) > count) {
    throw new UnreadableSeries(`the buckets of ${series} contradict each other`);
  }
}

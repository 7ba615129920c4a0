// What a row rose by between two pages.

import type { MetricRow } from "./catalogue.ts";
import { addBuckets, type Buckets } from "./histogram.ts";
import type { SeriesValue } from "./snapshot.ts";

/** What a row rose by over a stretch of time, in its canonical unit; of a histogram how many values came. */
export interface Rise {
  readonly value: number;
  /** Of histograms of times. */
  readonly histogram?: { readonly buckets: Buckets; readonly sum: number | undefined };
}

/** A series now, and what it is compared with; without that it began at 0. */
export interface Pair {
  readonly now: SeriesValue;
  readonly base: SeriesValue | undefined;
}

/** The rise of a row over all of its series. */
export function riseOver({ scale = 1 }: MetricRow, pairs: readonly Pair[]): Rise {
  const value = pairs.reduce((sum, { now, base }) => sum + now.value - (base?.value ?? 0), 0) * scale;
  const histograms = pairs.flatMap(({ now, base }) => {
    if (now.histogram === undefined) return [];
    const { cumulative, sum = Number.NaN } = now.histogram;
    return [
      {
        buckets: bucketsBetween(cumulative, base?.histogram?.cumulative),
        sum: sum - (base?.histogram?.sum ?? 0),
      },
    ];
  });
  return { value, ...together(histograms) };
}

/** Several rises as one. */
export function addRises(rises: readonly Rise[]): Rise {
  const value = rises.reduce((sum, rise) => sum + rise.value, 0);
  const histograms = rises.flatMap(({ histogram }) => (histogram === undefined ? [] : [histogram]));
  return { value, ...together(histograms) };
}

/** Left out where there is none, and where the bounds differ. */
function together(histograms: readonly NonNullable<Rise["histogram"]>[]): Pick<Rise, "histogram"> {
  const buckets = addBuckets(histograms.map((one) => one.buckets));
  if (histograms.length === 0 || buckets === undefined) return {};
  const sum = histograms.reduce((total, one) => total + (one.sum ?? Number.NaN), 0);
  return { histogram: { buckets, sum: Number.isNaN(sum) ? undefined : sum } };
}

/** From cumulative counts before and now to what came between, bucket by bucket. */
function bucketsBetween(now: Buckets, before: Buckets | undefined): Buckets {
  const old = new Map((before ?? []).map(({ upTo, count }) => [upTo, count]));
  const risen = now.map(({ upTo, count }) => ({ upTo, count: count - (old.get(upTo) ?? 0) }));
  return risen.map(({ upTo, count }, index) => ({ upTo, count: count - (risen[index - 1]?.count ?? 0) }));
}

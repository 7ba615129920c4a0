// Quantiles of histograms. A bucket says between which bounds a value lies and nothing more: where that is not enough
// to answer, there is no answer.

import { figureText } from "./figure-text.ts";

/** Counts of one stretch of time, by upper bound; not cumulative, bounds ascending, the last one Infinity. */
export type Buckets = readonly { readonly upTo: number; readonly count: number }[];

export type Quantile =
  | { readonly ok: true; readonly value: number; readonly note?: string }
  | { readonly ok: false; readonly why: "empty" | "cannot tell"; readonly reason: string };

/** One step of the usual bounds 1, 2.5, 5, 10: within one bucket of it a value may be taken as known. */
const widestStep = 2.5;

/**
 * The quantile `share`, interpolated within its bucket as Prometheus' histogram_quantile does. `threshold`: what the
 * value will be compared with; the answer must not depend on where in the bucket it lies, so a threshold inside the
 * bucket is refused. Without one, a bucket wider than one step of the usual bounds is.
 */
export function quantileOf(buckets: Buckets, share: number, threshold?: number): Quantile {
  const total = buckets.reduce((sum, { count }) => sum + count, 0);
  if (!(total > 0)) return { ok: false, why: "empty", reason: "nothing was observed" };
  const { lo, hi, count, before } = bucketAt(buckets, share * total);
  const span = hi === Infinity ? `above ${figureText(lo)}` : `between ${figureText(lo)} and ${figureText(hi)}`;
  const refuse = (why: string): Quantile => ({ ok: false, why: "cannot tell", reason: `${span}${why}` });
  if (threshold !== undefined && threshold > lo && threshold < hi) {
    return refuse(`, and ${figureText(threshold)} lies in that bucket: the buckets cannot tell`);
  }
  if (threshold === undefined && (hi === Infinity || lo <= 0 || hi / lo > widestStep * (1 + 1e-9))) {
    return refuse(": the buckets cannot tell more (say a `threshold` if that is enough)");
  }
  if (hi === Infinity) return { ok: true, value: lo, note: span };
  return { ok: true, value: lo + ((hi - lo) * (share * total - before)) / count };
}

/** What the quantile `share` is at least: the lower bound of its bucket; 0 when nothing was observed. */
export function leastOf(buckets: Buckets, share: number): number {
  const total = buckets.reduce((sum, { count }) => sum + count, 0);
  return total > 0 ? bucketAt(buckets, share * total).lo : 0;
}

interface Bucket {
  readonly lo: number;
  readonly hi: number;
  readonly count: number;
  /** How many values lie below it. */
  readonly before: number;
}

/** The bucket that holds the value of this rank. */
function bucketAt(buckets: Buckets, rank: number): Bucket {
  let before = 0;
  let index = 0;
  for (; index < buckets.length - 1; index += 1) {
    const { count } = buckets[index] ?? { count: 0 };
    if (count > 0 && before + count >= rank) break;
    before += count;
  }
  const { upTo: hi, count } = buckets[index] ?? { upTo: Infinity, count: 0 };
  return { lo: index === 0 ? Math.min(0, hi) : (buckets[index - 1]?.upTo ?? 0), hi, count, before };
}

/** Adds up counts of the same bounds; undefined when the bounds differ. */
export function addBuckets(all: readonly Buckets[]): Buckets | undefined {
  const [first = [], ...rest] = all;
  const same = rest.every(
    (other) => other.length === first.length && other.every(({ upTo }, index) => upTo === first[index]?.upTo),
  );
  if (!same) return undefined;
  return first.map(({ upTo }, index) => ({
    upTo,
    count: all.reduce((sum, buckets) => sum + (buckets[index]?.count ?? 0), 0),
  }));
}

// Order statistics over any number of samples: exact while they are few, to a thousandth when they are many.

import type { LatencyFacts } from "../../records/facts/load.ts";
import type { Ms } from "../../core/units.ts";
import { latencyFacts, percentile } from "./percentiles.ts";

/** Samples that are kept one by one; more go into buckets. */
const exactUpTo = 65_536;
/** Each bucket is wider than the one before by this factor, so that a figure is off by a thousandth at most. */
const growth = Math.log(1.001);
/** Values closer than this are the same, ms. */
const leastMs: Ms = 0.001;

export interface SampleSet {
  add(ms: Ms): void;
  /** A set of its own with the same samples. */
  copy(): SampleSet;
  /** Nearest rank; the upper edge of a bucket, never less than the sample. Undefined without samples. */
  percentile(p: number): Ms | undefined;
  /** Percentiles of latencies, each from its sample floor on. */
  latency(): LatencyFacts;
}

interface Samples {
  readonly exact: number[];
  readonly buckets: Map<number, number>;
  count: number;
}

/** An empty set. */
export function makeSampleSet(): SampleSet {
  return over({ exact: [], buckets: new Map(), count: 0 });
}

function over(samples: Samples): SampleSet {
  return {
    add(ms) {
      samples.count += 1;
      if (samples.count <= exactUpTo) samples.exact.push(ms);
      else {
        for (const earlier of samples.exact.splice(0)) put(samples, earlier);
        put(samples, ms);
      }
    },
    copy: () => over({ exact: [...samples.exact], buckets: new Map(samples.buckets), count: samples.count }),
    percentile: (p) => (isExact(samples) ? percentile(samples.exact, p) : fromBuckets(samples, p)),
    latency: () => (isExact(samples) ? latencyFacts(samples.exact) : manyLatencies(samples)),
  };
}

function isExact({ count }: Samples): boolean {
  return count <= exactUpTo;
}

function put({ buckets }: Samples, ms: Ms): void {
  const bucket = Math.ceil(Math.log(Math.max(ms, leastMs)) / growth);
  buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1);
}

function fromBuckets({ buckets, count }: Samples, p: number): Ms | undefined {
  const rank = Math.max(1, Math.ceil(p * count - 1e-9));
  let passed = 0;
  for (const [bucket, within] of [...buckets].toSorted(([a], [b]) => a - b)) {
    passed += within;
    if (passed >= rank) return Math.exp(bucket * growth);
  }
  return undefined;
}

function manyLatencies(samples: Samples): LatencyFacts {
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((p) => fromBuckets(samples, p) ?? 0);
  return { samples: samples.count, p50: p50 ?? 0, p95: p95 ?? 0, p99: p99 ?? 0 };
}

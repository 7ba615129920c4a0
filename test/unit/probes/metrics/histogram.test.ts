import { describe, expect, it } from "vitest";
import { addBuckets, quantileOf, type Buckets } from "../../../../src/probes/metrics/histogram.ts";

const buckets = (...pairs: readonly (readonly [number, number])[]): Buckets =>
  pairs.map(([upTo, count]) => ({ upTo, count }));

const fine = buckets([0.05, 0], [0.1, 6], [0.25, 3], [0.5, 1], [Infinity, 0]);

describe("the quantile of a histogram", () => {
  it("is interpolated as histogram_quantile does", () => {
    expect(quantileOf(fine, 0.5)).toEqual({ ok: true, value: 0.05 + 0.05 * (5 / 6) });
    expect(quantileOf(fine, 0.95)).toMatchObject({ ok: true, value: 0.25 + 0.25 * 0.5 });
    expect(quantileOf(fine, 0.9)).toMatchObject({ ok: true, value: 0.25 });
  });

  it("is refused when the threshold lies inside its bucket, and given when it lies outside or on a bound", () => {
    expect(quantileOf(fine, 0.95, 0.3)).toMatchObject({ ok: false, why: "cannot tell" });
    for (const threshold of [0.25, 0.5, 0.1, 2]) expect(quantileOf(fine, 0.95, threshold).ok).toBe(true);
  });

  it("is refused where all lies in the first bucket: bounds of milliseconds for a value in seconds", () => {
    const ofOtelJs = buckets([0, 0], [5, 10], [10, 0], [25, 0], [Infinity, 0]);
    expect(quantileOf(ofOtelJs, 0.95)).toMatchObject({ ok: false, reason: expect.stringContaining("between 0 and 5") });
    expect(quantileOf(ofOtelJs, 0.95, 1)).toMatchObject({ ok: false, why: "cannot tell" });
    expect(quantileOf(ofOtelJs, 0.95, 7).ok).toBe(true);
  });

  it("is refused beyond the last bound, unless all that is asked is whether it is above", () => {
    const three = buckets([0.1, 0], [0.5, 0], [1, 0], [Infinity, 4]);
    expect(quantileOf(three, 0.5)).toMatchObject({ ok: false, reason: expect.stringContaining("above 1") });
    expect(quantileOf(three, 0.5, 3)).toMatchObject({ ok: false });
    expect(quantileOf(three, 0.5, 0.8)).toEqual({ ok: true, value: 1, note: "above 1" });
  });

  it("is refused in a bucket wider than one step of 1, 2.5, 5", () => {
    expect(quantileOf(buckets([0.5, 0], [2.5, 1], [Infinity, 0]), 0.5)).toMatchObject({ ok: false });
    expect(quantileOf(buckets([1, 0], [2.5, 1], [Infinity, 0]), 0.5).ok).toBe(true);
  });

  it("of nothing is nothing, never 0", () => {
    expect(quantileOf(buckets([1, 0], [Infinity, 0]), 0.95)).toMatchObject({ ok: false, why: "empty" });
    expect(quantileOf([], 0.5)).toMatchObject({ ok: false });
  });

  it("of several replicas is that of their counts together; other bounds cannot be added", () => {
    expect(addBuckets([fine, fine])?.map(({ count }) => count)).toEqual([0, 12, 6, 2, 0]);
    expect(addBuckets([fine, buckets([0.1, 1], [Infinity, 0])])).toBeUndefined();
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clopperPearson } from "../../../src/measure/statistics/clopper-pearson.ts";
import { newcombeDifference } from "../../../src/measure/statistics/newcombe.ts";
import { wilson } from "../../../src/measure/statistics/wilson.ts";

const counts = fc
  .integer({ min: 1, max: 120 })
  .chain((of) => fc.record({ hits: fc.integer({ min: 0, max: of }), of: fc.constant(of) }));

describe("Clopper–Pearson", () => {
  it.each([
    [10, 10, 0.6915, 1],
    [0, 10, 0, 0.3085],
    [81, 263, 0.2527, 0.3676],
    [15, 148, 0.0578, 0.1617],
    [1, 29, 0.0009, 0.1776],
  ])("of %i in %i is [%d, %d] (Newcombe 1998, two-sided table I, method 5)", (hits, of, lo, hi) => {
    const interval = clopperPearson(hits, of);
    expect(interval.lo).toBeCloseTo(lo, 4);
    expect(interval.hi).toBeCloseTo(hi, 4);
  });

  it.each([
    [3, 0.37],
    [5, 0.55],
    [10, 0.74],
    [20, 0.86],
    [59, 0.95],
  ])("one-sided: %i of as many prove %d", (n, lo) => {
    expect(clopperPearson(n, n, 0.9).lo).toBeCloseTo(lo, 2);
  });

  it("contains the share, mirrors for misses, and holds the wider the surer", () => {
    fc.assert(
      fc.property(counts, ({ hits, of }) => {
        const { lo, hi } = clopperPearson(hits, of);
        const misses = clopperPearson(of - hits, of);
        const surer = clopperPearson(hits, of, 0.99);
        expect(lo <= hits / of && hits / of <= hi).toBe(true);
        expect(misses.lo).toBeCloseTo(1 - hi, 9);
        expect(surer.lo <= lo && hi <= surer.hi).toBe(true);
      }),
    );
  });

  it("refuses counts that are no share", () => {
    expect(() => clopperPearson(1, 0)).toThrow(RangeError);
    expect(() => clopperPearson(4, 3)).toThrow(RangeError);
  });
});

describe("Wilson", () => {
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])("of %i in %i is [%d, %d] (Newcombe 1998, two-sided table I, method 3)", (hits, of, lo, hi) => {
    const interval = wilson(hits, of);
    expect(interval.lo).toBeCloseTo(lo, 4);
    expect(interval.hi).toBeCloseTo(hi, 4);
  });
});

describe("Newcombe's difference", () => {
  it.each([
    [56, 70, 48, 80, 0.0524, 0.3339],
    [9, 10, 3, 10, 0.1705, 0.809],
    [6, 7, 2, 7, 0.0582, 0.8062],
    [5, 56, 0, 29, -0.0381, 0.1926],
    [0, 10, 0, 20, -0.1611, 0.2775],
    [0, 10, 0, 10, -0.2775, 0.2775],
    [10, 10, 0, 20, 0.6791, 1],
    [10, 10, 0, 10, 0.6075, 1],
  ])("of %i/%i and %i/%i is [%d, %d] (Newcombe 1998, table II, method 10)", (...row) => {
    const [a, m, b, n, lo, hi] = row;
    const difference = newcombeDifference({ hits: a, of: m }, { hits: b, of: n });
    expect(difference.lo).toBeCloseTo(lo, 4);
    expect(difference.hi).toBeCloseTo(hi, 4);
  });

  it("contains the difference, stays within [−1, 1], and turns its sign with the order", () => {
    fc.assert(
      fc.property(counts, counts, (first, second) => {
        const { value, lo, hi } = newcombeDifference(first, second);
        const turned = newcombeDifference(second, first);
        expect(-1 <= lo && lo <= value && value <= hi && hi <= 1).toBe(true);
        expect(turned.lo).toBeCloseTo(-hi, 9);
        expect(turned.hi).toBeCloseTo(-lo, 9);
      }),
    );
  });
});

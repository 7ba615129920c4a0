import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { binomialAtMost } from "../../../../src/measure/statistics/binomial.ts";
import { clopperPearson, provenShare } from "../../../../src/measure/statistics/clopper-pearson.ts";
import { newcombeDifference } from "../../../../src/measure/statistics/newcombe.ts";
import { wilson } from "../../../../src/measure/statistics/wilson.ts";

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
  ])("one-sided: %i of as many prove %d, the n-th root of 0.05", (n, lo) => {
    expect(provenShare(n, n)).toBeCloseTo(lo, 2);
    expect(provenShare(n, n)).toBeCloseTo(0.05 ** (1 / n), 12);
  });

  it("of 682 in 925 is [0.7076683, 0.7654066], of 8 in 10 [0.4439045, 0.9747893] (R, binom.test; Conover 1971, p. 97)", () => {
    const [mendel, coins] = [clopperPearson(682, 925), clopperPearson(8, 10)];
    expect(mendel.lo).toBeCloseTo(0.7076683, 7);
    expect(mendel.hi).toBeCloseTo(0.7654066, 7);
    expect(coins.lo).toBeCloseTo(0.4439045, 7);
    expect(coins.hi).toBeCloseTo(0.9747893, 7);
  });

  it('one-sided: 8 of 10 prove 0.4930987, 3 of 4 prove 0.2486046 (R, binom.test(…, alternative = "greater"))', () => {
    expect(provenShare(8, 10)).toBeCloseTo(0.4930987, 7);
    expect(provenShare(3, 4)).toBeCloseTo(0.2486046, 7);
    expect(provenShare(0, 4)).toBe(0);
  });

  it("covers the truth at least 95 times of 100, one-sided too, by counting every outcome of up to 30 trials", () => {
    for (const of of [1, 2, 5, 12, 30]) {
      const intervals = Array.from({ length: of + 1 }, (_, hits) => ({
        ...clopperPearson(hits, of),
        proves: provenShare(hits, of),
      }));
      for (let p = 0; p <= 1; p += 1 / 128) {
        const chance = (hits: number): number => binomialAtMost(hits, of, p) - binomialAtMost(hits - 1, of, p);
        const covered = (holds: (one: (typeof intervals)[number]) => boolean): number =>
          intervals.reduce((sum, one, hits) => (holds(one) ? sum + chance(hits) : sum), 0);
        expect(covered(({ lo, hi }) => lo <= p && p <= hi)).toBeGreaterThanOrEqual(0.95 - 1e-9);
        expect(covered(({ proves }) => proves <= p)).toBeGreaterThanOrEqual(0.95 - 1e-9);
      }
    }
  });

  it("rises with the hits, and narrows around the share until a million trials leave a tenth of a percent", () => {
    fc.assert(
      fc.property(counts, ({ hits, of }) => {
        const [one, more] = [clopperPearson(hits, of), clopperPearson(hits + 1, of + 1)];
        expect(one.lo <= more.lo && one.hi <= more.hi).toBe(true);
      }),
    );
    const { lo, hi } = clopperPearson(500_000, 1_000_000);
    expect(lo).toBeCloseTo(0.49902, 5);
    expect(hi).toBeCloseTo(0.50098, 5);
    expect(clopperPearson(0, 1_000_000).hi * 1e6).toBeCloseTo(3.68888, 4);
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
    expect(() => clopperPearson(1.5, 3)).toThrow(RangeError);
    expect(() => clopperPearson(Number.NaN, 3)).toThrow(RangeError);
    expect(() => provenShare(-1, 3)).toThrow(RangeError);
    expect(() => newcombeDifference({ hits: 0, of: 0 }, { hits: 1, of: 2 })).toThrow(RangeError);
  });

  it("refuses a confidence that is none", () => {
    for (const confidence of [0, 1, 95, Number.NaN]) expect(() => clopperPearson(1, 2, confidence)).toThrow(RangeError);
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

  it("covers the truth 94 times of 100 on average at 10 trials an arm, and never less than 88", () => {
    const of = 10;
    const shares = Array.from({ length: 33 }, (_, at) => at / 32);
    const chances = shares.map((p) =>
      Array.from({ length: of + 1 }, (_, hits) => binomialAtMost(hits, of, p) - binomialAtMost(hits - 1, of, p)),
    );
    const differences = Array.from({ length: of + 1 }, (_, a) =>
      Array.from({ length: of + 1 }, (__, b) => newcombeDifference({ hits: a, of }, { hits: b, of })),
    );
    const coverage = shares.flatMap((p1, i) =>
      shares.map((p2, j) => {
        let covered = 0;
        for (const [a, row] of differences.entries())
          for (const [b, { lo, hi }] of row.entries())
            if (lo <= p1 - p2 + 1e-12 && p1 - p2 - 1e-12 <= hi)
              covered += (chances[i]?.[a] ?? 0) * (chances[j]?.[b] ?? 0);
        return covered;
      }),
    );
    expect(coverage.reduce((sum, one) => sum + one, 0) / coverage.length).toBeGreaterThan(0.94);
    expect(Math.min(...coverage)).toBeGreaterThan(0.88);
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

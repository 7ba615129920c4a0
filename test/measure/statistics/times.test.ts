import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Span } from "../../../src/core/verdict.ts";
import { kaplanMeierMedian, restrictedMeanTime, survival } from "../../../src/measure/statistics/kaplan-meier.ts";
import { summariseTimes } from "../../../src/measure/statistics/summarise-times.ts";
import { censored, ended, freireichTreated, freireichUntreated } from "./published-times.ts";

const span = (ms: number): Span => ({ ms, lo: ms - 200, hi: ms + 200, formula: "t6 − t0" });
const summary = (times: readonly (number | undefined)[]) =>
  summariseTimes(
    times.map((ms) => (ms === undefined ? undefined : span(ms))),
    30_000,
    "t6 − t0",
  );

describe("Kaplan–Meier", () => {
  it("gives the published curve of the 6-MP trial", () => {
    const shares = survival(freireichTreated).map(({ ms, share }) => [ms, Number(share.toFixed(3))]);
    expect(shares).toEqual([
      [6, 0.857],
      [7, 0.807],
      [10, 0.753],
      [13, 0.69],
      [16, 0.627],
      [22, 0.538],
      [23, 0.448],
    ]);
  });

  it("gives its published medians, 23 and 8 weeks", () => {
    expect(kaplanMeierMedian(freireichTreated)?.ms).toBe(23);
    expect(kaplanMeierMedian(freireichUntreated)?.ms).toBe(8);
  });

  it("bounds the median by exact order statistics: ranks 6 and 16 of 21, 1 and 6 of 6, none of 5", () => {
    expect(kaplanMeierMedian(freireichUntreated)).toEqual({ ms: 8, lo: 4, hi: 12 });
    expect(kaplanMeierMedian([1, 2, 3, 4, 5, 6].map(ended))).toEqual({ ms: 3.5, lo: 1, hi: 6 });
    expect(kaplanMeierMedian([1, 2, 3, 4, 5].map(ended))).toEqual({ ms: 3 });
  });

  it("leaves the upper bound open when its rank was censored, and has none after early censoring", () => {
    expect(kaplanMeierMedian([...[1, 2, 3, 4].map(ended), censored(9), censored(9)])).toEqual({ ms: 3.5, lo: 1 });
    expect(kaplanMeierMedian(freireichTreated)).toEqual({ ms: 23 });
  });

  it("has no median while more than half, or exactly half, is still going", () => {
    expect(kaplanMeierMedian([ended(1), censored(9), censored(9)])).toBeUndefined();
    expect(kaplanMeierMedian([ended(1), censored(9)])).toBeUndefined();
  });

  it("never falls when a trial recovers later, or not at all", () => {
    const times = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 15 });
    const tau = 1000;
    fc.assert(
      fc.property(times, (all) => {
        const before = kaplanMeierMedian(all.map(ended))?.ms ?? Infinity;
        const after = kaplanMeierMedian([censored(tau), ...all.slice(1).map(ended)])?.ms ?? Infinity;
        expect(after).toBeGreaterThanOrEqual(before);
      }),
    );
  });

  it("counts what did not end as τ in the restricted mean", () => {
    expect(restrictedMeanTime([ended(10), ended(20), censored(60)], 60)).toBeCloseTo(30, 9);
    expect(restrictedMeanTime([censored(60)], 60)).toBe(60);
  });
});

describe("a time over trials", () => {
  it("is the single span of one trial, and beyond τ when that was censored", () => {
    expect(summary([3900])).toMatchObject({ n: 1, censored: 0, single: span(3900), says: "3.9 s (3.7–4.1)" });
    expect(summary([undefined])).toMatchObject({ n: 1, censored: 1 });
    expect(summary([undefined]).says).toBe("> 30.0 s (did not happen while watched)");
  });

  it("is a median without interval for two to five trials, and with one from six on", () => {
    expect(summary([2000, 4000, 9000]).says).toBe("median 4.0 s, n = 3");
    expect(summary([1000, 2000, 3000, 4000, 5000, 9000]).says).toBe("median 3.5 s (95 % 1.0–9.0), n = 6");
  });

  it("never drops a censored trial", () => {
    expect(summary([2000, 4000, undefined]).says).toBe("median 4.0 s, n = 3, 1 beyond 30.0 s");
    expect(summary([2000, undefined, undefined]).says).toBe("median > 30.0 s, n = 3, 2 beyond 30.0 s");
    expect(summary([2000, undefined]).says).toBe("median ≥ 2.0 s, n = 2, 1 beyond 30.0 s");
    expect(summary([2000, undefined, undefined]).median).toBeUndefined();
    expect(summary([1000, 2000, 3000, 4000, 5000, undefined]).says).toBe(
      "median 3.5 s (95 % 1.0 to > 30.0 s), n = 6, 1 beyond 30.0 s",
    );
  });

  it("says the restricted mean from 20 trials on", () => {
    expect(summary([...Array.from({ length: 19 }, () => 3000), undefined]).says).toContain("RMST 4.4 s of 30.0 s");
    expect(summary(Array.from({ length: 19 }, () => 3000)).says).not.toContain("RMST");
  });

  it("of no trial says so", () => {
    expect(summary([])).toEqual({ n: 0, censored: 0, formula: "t6 − t0", says: "no trial to tell" });
  });
});

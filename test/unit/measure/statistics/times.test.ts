import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Span } from "../../../../src/records/interval.ts";
import { binomialAtMost } from "../../../../src/measure/statistics/binomial.ts";
import { survival } from "../../../../src/measure/statistics/kaplan-meier.ts";
import { kaplanMeierMedian, medianInterval } from "../../../../src/measure/statistics/median-time.ts";
import { summariseTimes } from "../../../../src/measure/statistics/summarise-times.ts";
import {
  amlMaintained,
  amlNonmaintained,
  censored,
  ended,
  freireichTreated,
  freireichUntreated,
} from "./published-times.ts";

const span = (ms: number): Span => ({ ms, lo: ms - 200, hi: ms + 200, formula: "t6 − t0" });
const summary = (times: readonly (number | undefined)[]) =>
  summariseTimes(
    times.map((ms) => (ms === undefined ? undefined : span(ms))),
    30_000,
    "t6 − t0",
  );

const samples = fc.array(fc.record({ ms: fc.integer({ min: 1, max: 40 }), ended: fc.boolean() }), { maxLength: 60 });

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

  it("gives the published medians: 23 and 8 weeks (Gehan 1965), 31 and 23 (R, survfit(Surv(time, status) ~ x, aml))", () => {
    expect([freireichTreated, freireichUntreated, amlMaintained, amlNonmaintained].map(kaplanMeierMedian)).toEqual([
      23, 8, 31, 23,
    ]);
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
        const before = kaplanMeierMedian(all.map(ended)) ?? Infinity;
        const after = kaplanMeierMedian([censored(tau), ...all.slice(1).map(ended)]) ?? Infinity;
        expect(after).toBeGreaterThanOrEqual(before);
      }),
    );
  });

  it("lets a trial that ended and one that was censored at one time count in this order", () => {
    expect(survival([censored(5), ended(5)])).toEqual([{ ms: 5, share: 0.5, atRisk: 2, ends: 1 }]);
  });

  it("has no step while nothing ended, and none at all of no trial", () => {
    expect(survival([])).toEqual([]);
    expect(survival([censored(1), censored(2)])).toEqual([]);
    expect(kaplanMeierMedian([])).toBeUndefined();
  });

  it("falls from 1 to no less than 0, keeps the order of times, and is scaled with them", () => {
    fc.assert(
      fc.property(samples, fc.integer({ min: 2, max: 9 }), (all, factor) => {
        const steps = survival(all);
        const scaled = survival(all.map((one) => ({ ...one, ms: one.ms * factor })).toReversed());
        expect(scaled).toEqual(steps.map((step) => ({ ...step, ms: step.ms * factor })));
        for (const [at, step] of steps.entries()) {
          expect(step.share).toBeLessThan(steps[at - 1]?.share ?? 1);
          expect(step.share).toBeGreaterThanOrEqual(0);
          expect(step.ms).toBeGreaterThan(steps[at - 1]?.ms ?? 0);
        }
      }),
    );
  });

  it("is the plain share of an uncensored sample", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 60 }), (times) => {
        for (const { ms, share } of survival(times.map(ended)))
          expect(share).toBeCloseTo(times.filter((time) => time > ms).length / times.length, 12);
      }),
    );
  });

  it("throws for times that are no numbers", () => {
    expect(() => survival([ended(Number.NaN)])).toThrow(RangeError);
    expect(() => survival([censored(Infinity)])).toThrow(RangeError);
  });
});

describe("the interval of a median", () => {
  it("rests on ranks 6 and 16 of 21, 1 and 6 of 6, and is open when its upper rank was censored", () => {
    expect(medianInterval(freireichUntreated)).toEqual({ ok: true, lo: 4, hi: 12 });
    expect(medianInterval([1, 2, 3, 4, 5, 6].map(ended))).toEqual({ ok: true, lo: 1, hi: 6 });
    expect(medianInterval([...[1, 2, 3, 4].map(ended), censored(9), censored(9)])).toEqual({ ok: true, lo: 1 });
  });

  it("covers the median at least 95 times of 100 with the narrowest ranks that do, at every number of trials", () => {
    for (let n = 6; n <= 200; n += 1) {
      const interval = medianInterval(Array.from({ length: n }, (_, at) => ended(at + 1)));
      if (!interval.ok || interval.hi === undefined) throw new Error("no interval");
      // The median lies in [x(r), x(s)] when at least r and fewer than s of n are below it.
      const covers = (r: number, s: number): number => binomialAtMost(s - 1, n, 0.5) - binomialAtMost(r - 1, n, 0.5);
      expect(covers(interval.lo, interval.hi)).toBeGreaterThanOrEqual(0.95);
      expect(covers(interval.lo + 1, interval.hi - 1)).toBeLessThan(0.95);
    }
  });

  it("contains the median where there is one", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 6, maxLength: 60 }), (times) => {
        const all = times.map((ms) => (ms > 150 ? censored(150) : ended(ms)));
        const [median, interval] = [kaplanMeierMedian(all), medianInterval(all)];
        if (median === undefined || !interval.ok) return;
        expect(interval.lo).toBeLessThanOrEqual(median);
        expect(interval.hi ?? 150).toBeGreaterThanOrEqual(median);
      }),
    );
  });

  it("is refused in words below six trials, after early censoring, and when too few ended", () => {
    expect(medianInterval([])).toEqual({ ok: false, reason: "a median interval needs 6 trials, there are 0" });
    expect(medianInterval([ended(1)])).toEqual({ ok: false, reason: "a median interval needs 6 trials, there is 1" });
    expect(medianInterval([1, 2, 3, 4, 5].map(ended)).ok).toBe(false);
    expect(medianInterval(freireichTreated)).toEqual({
      ok: false,
      reason: "a median interval needs every trial watched to the last end, 7 were not",
    });
    expect(medianInterval(Array.from({ length: 9 }, () => censored(30)))).toEqual({
      ok: false,
      reason: "a median interval of 9 trials needs 2 that ended, there are 0",
    });
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

  it("says the restricted mean and its interval from 20 trials on", () => {
    expect(summary([...Array.from({ length: 19 }, () => 3000), undefined]).says).toContain(
      "RMST 4.4 s (95 % 1.7–9.8) of 30.0 s",
    );
    expect(summary(Array.from({ length: 19 }, () => 3000)).says).not.toContain("RMST");
  });

  it("of no trial says so", () => {
    expect(summary([])).toEqual({ n: 0, censored: 0, formula: "t6 − t0", says: "no trial to tell" });
  });

  it("says no mean within a τ that every trial outlasted, and never a figure that is none, whatever was seen", () => {
    expect(summary(Array.from({ length: 25 }, () => 31_000)).says).toBe("median > 30.0 s, n = 25, 25 beyond 30.0 s");
    const spans = fc.option(fc.integer({ min: 0, max: 60_000 }).map(span), { nil: undefined });
    fc.assert(
      fc.property(fc.array(spans, { maxLength: 40 }), fc.integer({ min: 1, max: 60_000 }), (all, tau) => {
        const { n, censored: beyond, says } = summariseTimes(all, tau, "t6 − t0");
        expect(says).not.toMatch(/NaN|Infinity|undefined/);
        expect(says.includes("RMST")).toBe(
          n >= 20 && beyond < n && all.some((one) => one !== undefined && one.ms < tau),
        );
      }),
    );
  });
});

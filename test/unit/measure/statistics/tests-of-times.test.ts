import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Observation } from "../../../../src/measure/statistics/kaplan-meier.ts";
import { logRank } from "../../../../src/measure/statistics/log-rank.ts";
import type { LogRank } from "../../../../src/measure/statistics/log-rank.ts";
import { normalBeyond, z95 } from "../../../../src/measure/statistics/normal.ts";
import {
  amlMaintained,
  amlNonmaintained,
  censored,
  ended,
  freireichTreated,
  freireichUntreated,
} from "./published-times.ts";

const compared = (first: readonly Observation[], second: readonly Observation[]): LogRank => {
  const found = logRank(first, second);
  if (!found.ok) throw new Error(found.reason);
  return found;
};

/** Enough trials that both sets expect five ends; times coarse enough for ties, some watched only up to their time. */
const observations = fc.array(fc.record({ ms: fc.integer({ min: 1, max: 40 }), ended: fc.boolean() }), {
  minLength: 1,
  maxLength: 60,
});

describe("log-rank", () => {
  it("of aml is 3.4 with 10.69 and 7.31 expected (R, survdiff(Surv(time, status) ~ x, aml): p = 0.0653)", () => {
    const { first, second, chiSquare, p } = compared(amlMaintained, amlNonmaintained);
    expect(first.observed).toBe(7);
    expect(second.observed).toBe(11);
    expect(first.expected).toBeCloseTo(10.69, 2);
    expect(second.expected).toBeCloseTo(7.31, 2);
    expect(chiSquare).toBeCloseTo(3.4, 1);
    expect(p).toBeCloseTo(0.0653, 4);
  });

  it("of 6-MP against placebo is 16.8 with 19.3 and 10.7 expected (R, survdiff of Freireich's data: p = 4.17e-05)", () => {
    const { first, second, chiSquare, p } = compared(freireichTreated, freireichUntreated);
    expect(first.observed).toBe(9);
    expect(second.observed).toBe(21);
    expect(first.expected).toBeCloseTo(19.3, 1);
    expect(second.expected).toBeCloseTo(10.7, 1);
    expect(chiSquare).toBeCloseTo(16.8, 1);
    expect(p * 1e5).toBeCloseTo(4.17, 2);
  });

  it("is the same when the sets change places, when all times are scaled, and when trials come in another order", () => {
    let spoken = 0;
    fc.assert(
      fc.property(observations, observations, fc.integer({ min: 2, max: 9 }), (a, b, factor) => {
        const found = logRank(a, b);
        const scale = (all: readonly Observation[]): Observation[] =>
          all.map((one) => ({ ...one, ms: one.ms * factor })).toReversed();
        const [swapped, scaled] = [logRank(b, a), logRank(scale(a), scale(b))];
        expect([swapped.ok, scaled.ok]).toEqual([found.ok, found.ok]);
        if (!found.ok || !swapped.ok || !scaled.ok) return;
        spoken += 1;
        expect(found.p).toBeGreaterThan(0);
        expect(found.p).toBeLessThanOrEqual(1);
        expect(found.first.expected + found.second.expected).toBeCloseTo(
          found.first.observed + found.second.observed,
          9,
        );
        expect(swapped.chiSquare).toBeCloseTo(found.chiSquare, 9);
        expect(swapped.first.expected).toBeCloseTo(found.second.expected, 9);
        expect(scaled.chiSquare).toBeCloseTo(found.chiSquare, 9);
      }),
      // Most sets are too small to be spoken of; of 100 it may be all.
      { numRuns: 1000 },
    );
    expect(spoken).toBeGreaterThan(0);
  });

  it("finds no difference between a set and itself", () => {
    expect(compared(freireichTreated, freireichTreated)).toMatchObject({ chiSquare: 0, p: 1 });
  });

  it("counts who was censored at the time of an end as still going then", () => {
    const ends = Array.from({ length: 12 }, () => ended(5));
    const withTie = compared([...ends, censored(5)], [...ends, censored(9)]);
    expect(withTie.first.expected).toBeCloseTo(12, 9);
  });

  it("refuses in words when too few ended to tell", () => {
    expect(logRank([], [ended(1)])).toEqual({
      ok: false,
      reason: "a log-rank test needs two sets of trials, one is empty",
    });
    const never = [censored(9), censored(9)];
    expect(logRank(never, never)).toEqual({
      ok: false,
      reason: "a log-rank test needs 5 expected ends in each set, there are 0.0",
    });
    expect(logRank([1, 2, 3].map(ended), [4, 5, 6].map(ended)).ok).toBe(false);
    // 4.96 expected are not 5.0.
    const found = logRank(
      [...[1, 2, 3, 4, 5].map(ended), ...Array.from({ length: 95 }, () => censored(9))],
      [...[1, 2, 3, 4, 5].map(ended), ...Array.from({ length: 96 }, () => censored(9))],
    );
    expect(found.ok ? "" : found.reason).toContain("there are 4.9");
    // All at one instant: there is nothing to be quicker than.
    const atOnce = Array.from({ length: 9 }, () => ended(5));
    expect(logRank(atOnce, atOnce)).toEqual({
      ok: false,
      reason: "a log-rank test needs ends at two times, all were at one",
    });
  });
});

describe("the normal tail", () => {
  it("is 5 % beyond 1.96, and that of Abramowitz and Stegun's table 26.1 over the seam at 3", () => {
    expect(normalBeyond(z95)).toBeCloseTo(0.05, 13);
    expect(normalBeyond(1)).toBeCloseTo(2 * (1 - 0.841344746068543), 14);
    expect(normalBeyond(2)).toBeCloseTo(2 * (1 - 0.977249868051821), 14);
    expect(normalBeyond(3)).toBeCloseTo(2 * (1 - 0.99865010196837), 14);
    expect(normalBeyond(2.9999999) / normalBeyond(3)).toBeCloseTo(1, 5);
    expect(normalBeyond(0)).toBe(1);
    expect(normalBeyond(30)).toBeGreaterThan(0);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { binomialAtMost } from "../../../../src/measure/statistics/binomial.ts";
import type { Observation } from "../../../../src/measure/statistics/kaplan-meier.ts";
import { restrictedMean, restrictedMeanInterval } from "../../../../src/measure/statistics/restricted-mean.ts";
import type { RestrictedMeanInterval } from "../../../../src/measure/statistics/restricted-mean.ts";
import { censored, ended, freireichTreated } from "./published-times.ts";

/** `ended` times and so many trials that never ended within τ = 30. */
const watched = (times: readonly number[], never: number): Observation[] => [
  ...times.map(ended),
  ...Array.from({ length: never }, () => censored(30)),
];
const interval = (all: readonly Observation[], tau = 30): RestrictedMeanInterval => {
  const found = restrictedMeanInterval(all, tau);
  if (!found.ok) throw new Error(found.reason);
  return found;
};
const samples = fc.array(fc.record({ ms: fc.integer({ min: 0, max: 40 }), ended: fc.boolean() }), { maxLength: 60 });
const runs = fc.tuple(
  fc.array(fc.integer({ min: 0, max: 29 }), { minLength: 20, maxLength: 60 }),
  fc.integer({ min: 0, max: 40 }),
);

describe("the restricted mean", () => {
  const times = [1.5, 3.5, 4.5, 4.5, 5.5, 6.5, 8.5, 8.5, 8.5, 11.5];
  const ends = [1, 0, 1, 0, 1, 0, 1, 0, 1, 1];

  it("of ten times, four of them censored, is 7.94 ± 1.12 (printed by R, print(survfit(…), rmean = 11.5))", () => {
    const mean = restrictedMean(
      times.map((ms, at) => ({ ms, ended: ends[at] === 1 })),
      11.5,
    );
    expect(mean.ms).toBeCloseTo(7.94, 2);
    expect(mean.standardErrorMs).toBeCloseTo(1.12, 2);
  });

  it("of the same times uncensored is 6.3 ± 0.892 (printed by R, as above), the plain mean", () => {
    const mean = restrictedMean(times.map(ended), 11.5);
    expect(mean.ms).toBeCloseTo(6.3, 9);
    expect(mean.standardErrorMs).toBeCloseTo(0.892, 3);
  });

  it("counts what did not end as τ, and is τ without an error while nothing ended before it", () => {
    expect(restrictedMean([ended(10), ended(20), censored(60)], 60).ms).toBeCloseTo(30, 9);
    expect(restrictedMean([ended(10), ended(20), censored(60)], 5)).toEqual({ ms: 5, standardErrorMs: 0 });
    expect(restrictedMean([censored(60)], 60)).toEqual({ ms: 60, standardErrorMs: 0 });
    expect(restrictedMean([], 60)).toEqual({ ms: 60, standardErrorMs: 0 });
  });

  it("lies within [0, τ], rises with τ, and is scaled with the times", () => {
    fc.assert(
      fc.property(samples, fc.integer({ min: 1, max: 50 }), (all, tau) => {
        const { ms, standardErrorMs } = restrictedMean(all, tau);
        const scaled = restrictedMean(
          all.map((one) => ({ ...one, ms: one.ms * 7 })),
          tau * 7,
        );
        expect(ms).toBeGreaterThanOrEqual(-1e-9);
        expect(ms).toBeLessThanOrEqual(tau + 1e-9);
        expect(Number.isFinite(standardErrorMs)).toBe(true);
        expect(restrictedMean(all, tau + 1).ms).toBeGreaterThanOrEqual(ms - 1e-9);
        expect(scaled.ms).toBeCloseTo(7 * ms, 8);
        expect(scaled.standardErrorMs).toBeCloseTo(7 * standardErrorMs, 8);
      }),
    );
  });
});

describe("the interval of a restricted mean", () => {
  it("contains the mean and stays within [0, τ]; the mean never falls when one more trial never ends", () => {
    fc.assert(
      fc.property(runs, ([times, never]) => {
        const found = interval(watched(times, never));
        expect(0 <= found.lo && found.lo <= found.ms + 1e-9 && found.ms - 1e-9 <= found.hi && found.hi <= 30).toBe(
          true,
        );
        const worse = interval(watched(times.slice(1), never + 1));
        expect(worse.ms).toBeGreaterThanOrEqual(found.ms - 1e-9);
      }),
    );
  });

  it("misses the truth at most 5 times of 100 however rarely a trial never ends, by counting every run of 20", () => {
    const intervals = Array.from({ length: 20 }, (_, never) =>
      interval(watched(Array<number>(20 - never).fill(3), never)),
    );
    for (let never = 0.005; never < 1; never += 0.005) {
      const truth = 3 + never * 27;
      const missed = intervals.reduce((sum, { lo, hi }, at) => {
        const chance = binomialAtMost(at, 20, never) - binomialAtMost(at - 1, 20, never);
        return lo <= truth && truth <= hi ? sum : sum + chance;
      }, 0);
      expect(missed).toBeLessThanOrEqual(0.05 + 1e-9);
    }
  });

  it("is refused in words below 20 trials, after early censoring, and when none ended within τ", () => {
    const nineteen = Array.from({ length: 19 }, () => ended(3));
    expect(restrictedMeanInterval(nineteen, 30)).toEqual({
      ok: false,
      reason: "a restricted mean needs 20 trials, there are 19",
    });
    expect(restrictedMeanInterval([...nineteen, censored(29)], 30)).toEqual({
      ok: false,
      reason: "a restricted mean needs every trial watched until τ, 1 was not",
    });
    expect(restrictedMeanInterval(freireichTreated, 35).ok).toBe(false);
    expect(restrictedMeanInterval(watched([], 20), 30)).toEqual({
      ok: false,
      reason: "a restricted mean needs a trial that ended before τ, none did",
    });
    expect(restrictedMeanInterval([...nineteen, ended(3)], 2).ok).toBe(false);
  });
});

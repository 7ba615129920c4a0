import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { poissonAtMost, poissonRate } from "../../../../src/measure/statistics/poisson.ts";
import type { Rate } from "../../../../src/measure/statistics/poisson.ts";

const rate = (events: number, hours: number, confidence?: number): Rate => {
  const found = poissonRate(events, hours, confidence);
  if (!found.ok) throw new Error(found.reason);
  return found;
};

const counts = fc.integer({ min: 0, max: 300 });
const durations = fc.double({ min: 1e-3, max: 1e4, noNaN: true });

describe("a rate by the hour", () => {
  it("of 137 in 24.19893 is 5.661407, 95 % [4.753125, 6.692709] (R, example of poisson.test; printed by DescTools::PoissonCI)", () => {
    const { perHour, lo, hi } = rate(137, 24.19893);
    expect(perHour).toBeCloseTo(5.661407, 6);
    expect(lo).toBeCloseTo(4.753125, 6);
    expect(hi).toBeCloseTo(6.692709, 6);
  });

  it("of none is at most 3.689 two-sided and 2.996 one-sided (R, epitools::pois.exact and pois.daly, Details)", () => {
    expect(rate(0, 1)).toMatchObject({ perHour: 0, lo: 0 });
    expect(rate(0, 1).hi).toBeCloseTo(3.689, 3);
    expect(rate(0, 1, 0.9).hi).toBeCloseTo(2.996, 3);
  });

  it("of none in T hours is at most 3/T", () => {
    fc.assert(
      fc.property(durations, (hours) => {
        const { hi } = rate(0, hours, 0.9);
        expect(hi * hours).toBeCloseTo(-Math.log(0.05), 9);
        expect(hi).toBeLessThanOrEqual(3 / hours);
      }),
    );
  });

  it("contains what was seen, grows with the count, and holds the wider the surer", () => {
    fc.assert(
      fc.property(counts, durations, (events, hours) => {
        const { perHour, lo, hi } = rate(events, hours);
        const more = rate(events + 1, hours);
        const surer = rate(events, hours, 0.99);
        expect(0 <= lo && lo <= perHour && perHour < hi).toBe(true);
        expect(lo < more.lo && hi < more.hi).toBe(true);
        expect(surer.lo <= lo && hi < surer.hi).toBe(true);
      }),
    );
  });

  it("is halved when the same was seen in twice the time", () => {
    fc.assert(
      fc.property(counts, durations, (events, hours) => {
        const [once, twice] = [rate(events, hours), rate(events, 2 * hours)];
        expect(twice.lo).toBeCloseTo(once.lo / 2, 9);
        expect(twice.hi / once.hi).toBeCloseTo(0.5, 9);
      }),
    );
  });

  it("covers the truth at least 95 times of 100, by counting every outcome that can be seen", () => {
    const intervals = Array.from({ length: 80 }, (_, events) => rate(events, 1));
    for (let mean = 0.05; mean < 30; mean += 0.05) {
      const covered = intervals.reduce((sum, { lo, hi }, events) => {
        const chance = poissonAtMost(events, mean) - poissonAtMost(events - 1, mean);
        return lo <= mean && mean <= hi ? sum + chance : sum;
      }, 0);
      expect(covered).toBeGreaterThanOrEqual(0.95 - 1e-9);
    }
  });

  it("stays a number for a million events, near the normal interval", () => {
    const { lo, hi } = rate(1_000_000, 1);
    expect(lo).toBeGreaterThan(998_000);
    expect(lo).toBeCloseTo(1_000_000 - 1959.96 + 1.28, -1);
    expect(hi).toBeCloseTo(1_000_000 + 1959.96 + 2.28, -1);
  });

  it("refuses to speak of no time, and throws for what is no count or no duration", () => {
    expect(poissonRate(0, 0)).toEqual({ ok: false, reason: "a rate needs time that was watched, there was none" });
    expect(() => poissonRate(1.5, 1)).toThrow(RangeError);
    expect(() => poissonRate(-1, 1)).toThrow(RangeError);
    expect(() => poissonRate(1, Number.NaN)).toThrow(RangeError);
    expect(() => poissonRate(1, -1)).toThrow(RangeError);
    expect(() => poissonRate(1, 1, 1)).toThrow(RangeError);
  });
});

// Times within bounds: who is longer, by how much, and how sure that is.

import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../../src/core/random.ts";
import {
  gehanPermuted,
  holm,
  longerBy,
  timeRatio,
  type IntervalTime,
} from "../../../../src/measure/statistics/interval-times.ts";

const exact = (...times: number[]): IntervalTime[] => times.map((ms) => ({ lo: ms, hi: ms }));
const never = (lo: number): IntervalTime => ({ lo, hi: Infinity });
const random = () => seededRandom(1, "test");

describe("which of two times is longer", () => {
  it("is certain where their bounds lie apart, and likely by the share where they overlap", () => {
    expect(longerBy({ lo: 5, hi: 6 }, { lo: 1, hi: 4 })).toBe(1);
    expect(longerBy({ lo: 1, hi: 4 }, { lo: 5, hi: 6 })).toBe(-1);
    expect(longerBy({ lo: 0, hi: 4 }, { lo: 0, hi: 4 })).toBeCloseTo(0, 12);
    // Even over 0–4 and 2–6: the first is longer in 1/8 of all cases.
    expect(longerBy({ lo: 0, hi: 4 }, { lo: 2, hi: 6 })).toBeCloseTo(2 / 8 - 1, 12);
    expect(longerBy({ lo: 3, hi: 3 }, { lo: 2, hi: 6 })).toBeCloseTo(2 * 0.25 - 1, 12);
    expect(longerBy({ lo: 3, hi: 3 }, { lo: 3, hi: 3 })).toBe(0);
  });

  it("is one that never ended where the other did, and unknown of two that never ended", () => {
    expect(longerBy(never(30), { lo: 1, hi: 2 })).toBe(1);
    expect(longerBy({ lo: 1, hi: 2 }, never(30))).toBe(-1);
    expect(longerBy(never(30), never(20))).toBe(0);
    expect(longerBy(never(10), { lo: 20, hi: 30 })).toBe(0);
  });

  it("is the opposite seen from the other side, for times of any kind", () => {
    const draw = seededRandom(3, "pairs");
    for (let n = 0; n < 200; n += 1) {
      const [a, b] = [0, 1].map(() => {
        const lo = 10 * draw.next();
        return draw.next() < 0.2 ? never(lo) : { lo, hi: lo + 5 * draw.next() };
      }) as [IntervalTime, IntervalTime];
      expect(longerBy(a, b)).toBeCloseTo(-longerBy(b, a), 9);
    }
  });
});

describe("the test of two sets", () => {
  it("counts the deals where they lie wholly apart, with trials that never ended the longest", () => {
    expect(gehanPermuted(exact(1, 2, 3, 4), exact(5, 6, 7, 8), random())).toBeCloseTo(2 / 70, 2);
    expect(gehanPermuted(exact(1, 2, 3, 4), [...exact(5, 6), never(9), never(9)], random())).toBeCloseTo(2 / 70, 2);
  });

  it("finds nothing in sets alike more often than its level", () => {
    const draw = seededRandom(5, "alike");
    let low = 0;
    for (let n = 0; n < 100; n += 1) {
      const one = (): IntervalTime[] => exact(...Array.from({ length: 8 }, () => draw.next()));
      if (gehanPermuted(one(), one(), draw) < 0.05) low += 1;
    }
    expect(low).toBeLessThan(13);
  });

  it("refuses an empty set", () => {
    expect(() => gehanPermuted([], exact(1), random())).toThrow(RangeError);
    expect(() => timeRatio(exact(1), [])).toThrow(RangeError);
  });
});

describe("the ratio of two sets", () => {
  it("is the factor between them, and its interval holds it", () => {
    const before = exact(...Array.from({ length: 20 }, (_, at) => 1000 + 50 * at));
    const after = before.map(({ lo, hi }) => ({ lo: 1.5 * lo, hi: 1.5 * hi }));
    const { ratio, lo, hi } = timeRatio(before, after);
    expect(ratio).toBeCloseTo(1.5, 1);
    expect(lo).toBeLessThan(1.5);
    expect(hi).toBeGreaterThan(1.5);
    expect(lo).toBeGreaterThan(1.2);
  });

  it("has no bounds for a handful of trials, and no end where most never ended", () => {
    expect(timeRatio(exact(1, 2), exact(3, 4))).toMatchObject({ lo: 0, hi: Infinity });
    expect(timeRatio(exact(1, 2, 3), [never(9), never(9), ...exact(4)]).ratio).toBe(Infinity);
  });
});

it("many p-values together are adjusted by Holm, as R's p.adjust does", () => {
  expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
  expect(holm([])).toEqual([]);
});

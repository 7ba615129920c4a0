import { describe, expect, it } from "vitest";
import { binomialAtMost } from "../../../../src/measure/statistics/binomial.ts";
import { chanceAboveZero } from "../../../../src/measure/statistics/newcombe-size.ts";
import { newcombeDifference } from "../../../../src/measure/statistics/newcombe.ts";

describe("the chance that Newcombe's interval lies above 0 without a difference", () => {
  it.each([
    [1, 1, 0],
    // Only all against none: the greatest p²(1 − p)² and p³(1 − p)³.
    [2, 2, 1 / 16],
    [3, 3, 1 / 64],
    // Only 1 of 1 against 0 of 7 or fewer of them: at 7 the greatest p(1 − p)⁷.
    [1, 7, (1 / 8) * (7 / 8) ** 7],
  ])("of %i against %i trials is %d at worst", (first, second, chance) => {
    expect(chanceAboveZero(first, second)).toBeCloseTo(chance, 4);
  });

  it("is the sum over every outcome, and the greatest over every rate", () => {
    for (const [m, n, confidence] of [
      [4, 4, 0.95],
      [5, 3, 0.95],
      [8, 10, 0.99],
    ] as const) {
      const exactly = (hits: number, of: number, p: number): number =>
        binomialAtMost(hits, of, p) - binomialAtMost(hits - 1, of, p);
      let greatest = 0;
      for (let p = 0.005; p < 1; p += 0.005) {
        let chance = 0;
        for (let a = 0; a <= m; a += 1)
          for (let b = 0; b <= n; b += 1)
            if (newcombeDifference({ hits: a, of: m }, { hits: b, of: n }, confidence).lo > 0)
              chance += exactly(a, m, p) * exactly(b, n, p);
        greatest = Math.max(greatest, chance);
      }
      expect(chanceAboveZero(m, n, confidence)).toBeCloseTo(greatest, 9);
    }
  });

  it("falls with the confidence, and refuses arms without trials", () => {
    expect(chanceAboveZero(10, 10, 0.99)).toBeLessThan(chanceAboveZero(10, 10));
    expect(chanceAboveZero(20, 20)).toBeLessThan(0.03);
    expect(() => chanceAboveZero(0, 3)).toThrow(RangeError);
  });
});

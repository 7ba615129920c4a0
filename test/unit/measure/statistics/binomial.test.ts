import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { binomialAtMost } from "../../../../src/measure/statistics/binomial.ts";
import { logFactorial } from "../../../../src/measure/statistics/log-factorial.ts";

describe("binomial tails", () => {
  it("are those of adding up whole binomial coefficients, for every outcome of up to 40 fair coins", () => {
    for (let of = 1; of <= 40; of += 1) {
      let [ways, choose] = [0n, 1n];
      for (let hits = 0; hits <= of; hits += 1) {
        ways += choose;
        choose = (choose * BigInt(of - hits)) / BigInt(hits + 1);
        expect(binomialAtMost(hits, of, 0.5)).toBeCloseTo(Number(ways) / 2 ** of, 13);
      }
    }
  });

  it("fall with p, rise with hits, and mirror when hits and misses change places", () => {
    const cases = fc.tuple(
      fc.integer({ min: 1, max: 5000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }),
    );
    fc.assert(
      fc.property(cases, ([of, at, p]) => {
        const hits = Math.floor(at * of);
        const chance = binomialAtMost(hits, of, p);
        expect(chance).toBeGreaterThanOrEqual(0);
        expect(chance).toBeLessThanOrEqual(1);
        expect(binomialAtMost(hits + 1, of, p)).toBeGreaterThanOrEqual(chance - 1e-10);
        expect(binomialAtMost(hits, of, p * 0.99)).toBeGreaterThanOrEqual(chance - 1e-10);
        expect(1 - binomialAtMost(of - hits - 1, of, 1 - p)).toBeCloseTo(chance, 8);
      }),
    );
  });

  it("neither underflow nor take forever at ten million trials", () => {
    expect(binomialAtMost(5_000_000, 10_000_000, 0.5)).toBeCloseTo(0.500126, 5);
    expect(binomialAtMost(0, 10_000_000, 1e-7)).toBeCloseTo(Math.exp(-1), 6);
    expect(binomialAtMost(9_999_999, 10_000_000, 1 - 1e-7)).toBeCloseTo(1 - Math.exp(-1), 6);
  });

  it("are certain at p = 0 and p = 1", () => {
    expect(binomialAtMost(0, 7, 0)).toBe(1);
    expect(binomialAtMost(6, 7, 1)).toBe(0);
    expect(binomialAtMost(7, 7, 1)).toBe(1);
    expect(binomialAtMost(-1, 7, 0.5)).toBe(0);
  });

  it("rest on a logarithm of n! that adds one logarithm a step, over the seam between product and series too", () => {
    for (let n = 1; n < 400; n += 1) expect(logFactorial(n) - logFactorial(n - 1)).toBeCloseTo(Math.log(n), 10);
    expect(logFactorial(170)).toBeCloseTo(Math.log(7.257415615307994e306), 9);
  });
});

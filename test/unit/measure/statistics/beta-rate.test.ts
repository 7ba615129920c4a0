// What is known of a rate: against published values of the digamma function, and against direct sums.

import fc from "fast-check";
import { expect, it } from "vitest";
import { bitsToCome, digamma, meanRate } from "../../../../src/measure/statistics/beta-rate.ts";

it.each([
  [1, -0.5772156649015329],
  [0.5, -1.9635100260214235],
  [2, 0.4227843350984671],
  [1.5, 0.03648997397857652],
  [10, 2.2517525890667214],
  [100, 4.600161852738087],
])("ψ(%d) is %d (Abramowitz, Stegun, tables 6.1 and 6.4, and 6.3.3)", (x, psi) => {
  expect(digamma(x)).toBeCloseTo(psi, 10);
});

it("of a rate of which nothing is known one trial tells 1 − 1/(2 ln 2) bits", () => {
  expect(bitsToCome({ passed: 0, failed: 0 }, 1)).toBeCloseTo(1 - 1 / (2 * Math.LN2), 10);
  expect(meanRate({ passed: 0, failed: 0 })).toBe(0.5);
  expect(meanRate({ passed: 9, failed: 0 })).toBeCloseTo(10 / 11, 12);
});

/** Entropy of the number of passes less its mean entropy under each rate, by a sum over rates; bits. */
function bitsDirectly(passed: number, failed: number, trials: number): number {
  const steps = 20_000;
  const rates = Array.from({ length: steps }, (_, at) => (at + 0.5) / steps);
  const density = rates.map((p) => p ** passed * (1 - p) ** failed);
  const whole = density.reduce((sum, each) => sum + each, 0);
  const choose = (k: number): number =>
    Array.from({ length: k }, (_, i) => (trials - i) / (i + 1)).reduce((a, b) => a * b, 1);
  const entropy = (chances: readonly number[]): number =>
    chances.reduce((sum, chance) => sum - (chance > 0 ? chance * Math.log2(chance) : 0), 0);
  const under = (p: number): number[] =>
    Array.from({ length: trials + 1 }, (_, k) => choose(k) * p ** k * (1 - p) ** (trials - k));
  const mean = Array.from({ length: trials + 1 }, () => 0);
  let inner = 0;
  rates.forEach((p, at) => {
    const share = (density[at] ?? 0) / whole;
    const chances = under(p);
    chances.forEach((chance, k) => (mean[k] = (mean[k] ?? 0) + share * chance));
    inner += share * entropy(chances);
  });
  return entropy(mean) - inner;
}

it.each([
  [0, 0, 3],
  [4, 1, 2],
  [2.5, 0.5, 4],
  [12, 0, 1],
])("after %d passed and %d failed, %i trials tell what a direct sum says", (passed, failed, trials) => {
  expect(bitsToCome({ passed, failed }, trials)).toBeCloseTo(bitsDirectly(passed, failed, trials), 5);
});

it("tells less the more passed already, more the more trials come, and never less than nothing", () => {
  const weight = fc.double({ min: 0, max: 300, noNaN: true });
  fc.assert(
    fc.property(weight, weight, fc.integer({ min: 1, max: 8 }), (passed, failed, trials) => {
      const bits = bitsToCome({ passed, failed }, trials);
      expect(bits).toBeGreaterThanOrEqual(0);
      expect(bitsToCome({ passed, failed }, trials + 1)).toBeGreaterThanOrEqual(bits);
      expect(bitsToCome({ passed: passed + 5, failed: 0 }, trials)).toBeLessThan(
        bitsToCome({ passed, failed: 0 }, trials),
      );
    }),
  );
});

it("counts no more than fifty trials", () => {
  expect(bitsToCome({ passed: 1, failed: 1 }, 1000)).toBe(bitsToCome({ passed: 1, failed: 1 }, 50));
});

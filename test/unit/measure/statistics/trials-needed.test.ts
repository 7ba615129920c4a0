// How many trials show that a share of them is good: against published numbers, and against the interval that judges.

import fc from "fast-check";
import { expect, it } from "vitest";
import { binomialAtMost } from "../../../../src/measure/statistics/binomial.ts";
import { clopperPearson } from "../../../../src/measure/statistics/clopper-pearson.ts";
import { chanceToShow, shareShown, trialsNeeded } from "../../../../src/measure/statistics/trials-needed.ts";

// The sample sizes of one-sided 95/95 tolerance limits by rank, as nuclear licensing has them by Wilks' formula.
it.each([59, 93, 124, 153, 181, 208, 234, 260, 286, 311].map((trials, failures) => [failures, trials] as const))(
  "95 %% at 95 %% with %i failures takes %i trials (Wilks' sample sizes)",
  (failures, trials) => expect(trialsNeeded(0.95, failures)).toBe(trials),
);

it.each([
  [0.9, 0.9, 22],
  [0.9, 0.95, 29],
  [0.95, 0.99, 90],
  [0.99, 0.95, 299],
  [0.99, 0.99, 459],
  [0.999, 0.95, 2995],
  [0.5, 0.75, 2],
  // By arithmetic in binary fractions this would take one more.
  [0.3, 0.91, 2],
])("a share of %d at a confidence of %d takes %i trials without a failure", (share, confidence, trials) => {
  expect(trialsNeeded(share, 0, confidence)).toBe(trials);
  expect(shareShown(trials, confidence)).toBeGreaterThanOrEqual(share - 1e-12);
});

it("is the fewest whose exact interval begins at the share", () => {
  const cases = fc.record({
    share: fc.double({ min: 0.05, max: 0.995, noNaN: true }),
    confidence: fc.double({ min: 0.55, max: 0.999, noNaN: true }),
    failures: fc.integer({ min: 0, max: 12 }),
  });
  fc.assert(
    fc.property(cases, ({ share, confidence, failures }) => {
      const trials = trialsNeeded(share, failures, confidence);
      const lower = (n: number): number => clopperPearson(n - failures, n, 2 * confidence - 1).lo;
      expect(lower(trials)).toBeGreaterThanOrEqual(share - 1e-7);
      if (trials > failures + 1) expect(lower(trials - 1)).toBeLessThan(share + 1e-7);
    }),
  );
});

it("comes out on a stack that just misses the share no more often than the risk allows", () => {
  for (const failures of [0, 1, 3]) {
    const trials = trialsNeeded(0.95, failures);
    expect(chanceToShow(0.95, failures, trials)).toBeLessThanOrEqual(0.05);
    expect(chanceToShow(0.99, failures, trials)).toBeCloseTo(binomialAtMost(failures, trials, 0.01), 12);
  }
  expect(chanceToShow(0.99, 0, 59)).toBeCloseTo(0.99 ** 59, 12);
});

it("refuses what is no share, no confidence and no number of failures", () => {
  for (const [share, failures, confidence] of [
    [1, 0, 0.95],
    [0, 0, 0.95],
    [Number.NaN, 0, 0.95],
    [0.9, -1, 0.95],
    [0.9, 0.5, 0.95],
    [0.9, 0, 1],
  ] as const)
    expect(() => trialsNeeded(share, failures, confidence)).toThrow(RangeError);
});

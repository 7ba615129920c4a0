// The figures of `npm run bench:telemetry`.

import { expect, it } from "vitest";
import { costOf, quantile, ratioOfRounds, ratioText } from "../../../../programs/bench/telemetry/figures.ts";

const rounds = (...ratios: readonly number[]) => ratios.map((on) => ({ on, off: 1 }));

it("takes the median of each round's ratio, and ranks 3 and 10 of twelve for 95 %", () => {
  const twelve = rounds(0.9, 0.91, 0.92, 0.93, 0.94, 0.95, 0.97, 0.98, 0.99, 1, 1.01, 1.02);
  const ratio = ratioOfRounds(twelve.toReversed());
  expect(ratio.median).toBeCloseTo(0.96, 9);
  // 1 − 2 · P(at most 2 of 12) = 1 − 2 · 79 / 4096.
  expect(ratio.interval).toEqual({ low: 0.92, high: 1, confidence: expect.closeTo(1 - 158 / 4096, 9) as number });
  expect(ratioText(ratio)).toBe("0.960 (n = 12, 96.1 % interval 0.920 to 1.000)");
});

it("has no interval for five rounds, and one from the first to the last of six", () => {
  expect(ratioOfRounds(rounds(1, 2, 3, 4, 5)).interval).toBeNull();
  expect(ratioOfRounds(rounds(1, 2, 3, 4, 5, 6)).interval).toMatchObject({ low: 1, high: 6 });
  expect(ratioText(ratioOfRounds(rounds(1)))).toBe("1.000 (n = 1; too few rounds for an interval)");
});

it("takes quantiles by nearest rank", () => {
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2);
  expect(
    quantile(
      Array.from({ length: 100 }, (_, i) => i + 1),
      0.95,
    ),
  ).toBe(95);
});

it.each([
  ["kept", 0.99],
  ["missed", 0.94],
  ["missed", NaN],
] as const)("holds the cost of throughput against its goal: %s at %d of twelve rounds", (state, ratio) => {
  expect(costOf(ratioOfRounds(rounds(...Array.from({ length: 12 }, () => ratio)))).state).toBe(state);
});

it("keeps to the goal by the median alone where the interval reaches beyond, or there is none", () => {
  expect(costOf(ratioOfRounds(rounds(0.9, 0.9, 0.9, 0.9, 0.9, 0.97, 0.97, 0.97, 0.97, 0.97, 0.97, 0.97))).state).toBe(
    "median only",
  );
  expect(costOf(ratioOfRounds(rounds(0.98, 0.97))).state).toBe("median only");
});

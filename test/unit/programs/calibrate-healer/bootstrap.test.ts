import { describe, expect, it } from "vitest";
import { seeded } from "../../../../targets/reference-ai-stack/healer/detection/chance.ts";
import {
  alarmsPerDay,
  drawBlocks,
  leastLimit,
  sumWalk,
  upperShare,
} from "../../../programs/calibrate-healer/bootstrap.ts";
import type { Search } from "../../../programs/calibrate-healer/bootstrap.ts";
import { cusumStep } from "../../../../targets/reference-ai-stack/healer/detection/capped-cusum.ts";

/** Normal numbers (Box and Muller 1958). */
function normal(count: number, seed: number): number[] {
  const random = seeded(seed);
  return Array.from({ length: count }, () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));
}

function searchOver(series: readonly number[], change: Partial<Search<number>> = {}): Search<number> {
  const step = (sum: number, z: number, limit: number) => cusumStep(sum, z, { k: 0.5, cap: 100, limit });
  return {
    series,
    block: 1,
    perDay: 50_000,
    days: 4,
    falseAlarmsPerDay: 50,
    seed: 1,
    start: sumWalk(step),
    least: 0.5,
    ...change,
  };
}

describe("the limit of a CUSUM from a healthy series", () => {
  // Montgomery, Introduction to Statistical Quality Control, table 9.3: the two-sided CUSUM with k = 0.5 runs 168
  // samples between false alarms at h = 4 and 465 at h = 5; one side alone twice as many.
  it.each([
    [4, 336],
    [5, 930],
  ])("lets normal samples run as long between alarms at h = %d as is published (%d)", (limit, length) => {
    const rate = alarmsPerDay(searchOver(normal(200_000, 3)), limit);
    expect(50_000 / rate).toBeGreaterThan(0.9 * length);
    expect(50_000 / rate).toBeLessThan(1.1 * length);
  });

  it("is found from the rate: 149 alarms in 50,000 normal samples are those of h = 4", () => {
    const limit = leastLimit(searchOver(normal(200_000, 4), { falseAlarmsPerDay: 50_000 / 336 }));
    expect(limit).toBeGreaterThan(3.8);
    expect(limit).toBeLessThan(4.2);
  });

  it("is higher where what is high stays high, and blocks are what sees that", () => {
    const noise = normal(100_000, 5);
    let last = 0;
    const lasting = noise.map((value) => (last = 0.5 * last + Math.sqrt(0.75) * value));
    const alone = leastLimit(searchOver(lasting));
    const inBlocks = leastLimit(searchOver(lasting, { block: 50 }));
    expect(inBlocks).toBeGreaterThan(1.5 * alone);
  });

  it("is never below the least one, and there is none for a series that is not healthy", () => {
    expect(leastLimit(searchOver([0, 0, 0], { least: 6 }))).toBe(6);
    expect(() => leastLimit(searchOver([2, 2, 2]))).toThrow("no limit keeps to 50 a day");
    expect(() => drawBlocks([], 3, seeded(1))).toThrow("the series is empty");
  });
});

it("blocks are drawn whole, over the end of the series too", () => {
  const draw = drawBlocks([0, 1, 2, 3, 4], 3, seeded(2));
  for (let n = 0; n < 50; n += 1) {
    const [a, b, c] = [draw(), draw(), draw()];
    expect([b, c]).toEqual([(a + 1) % 5, (a + 2) % 5]);
  }
});

it("the upper bound of a share is Wilson's, and three in n where none was seen", () => {
  // SciPy 1.17: binomtest(4, 1000).proportion_ci(0.9, 'wilson')
  expect(upperShare(4, 1000)).toBeCloseTo(0.008_88, 5);
  expect(upperShare(0, 1000)).toBe(0.003);
  expect(() => upperShare(0, 0)).toThrow("no share of nothing");
});

// The statistics of the detectors against published values and against R and SciPy.
import { describe, expect, it } from "vitest";
import { bernoulliStep } from "../../../../../../targets/reference-ai-stack/healer/detection/bernoulli-cusum.ts";
import { compareEmbeddings } from "../../../../../../targets/reference-ai-stack/healer/detection/drift/reembed.ts";
import { chiSquareBeyond, psiTest } from "../../../../../../targets/reference-ai-stack/healer/detection/drift/psi.ts";
import {
  driftOfVectors,
  kolmogorovBeyond,
  kolmogorovSmirnov,
  mainDirections,
} from "../../../../../../targets/reference-ai-stack/healer/detection/drift/two-sample.ts";
import {
  growForest,
  pathLength,
} from "../../../../../../targets/reference-ai-stack/healer/detection/isolation-forest.ts";
import { ewmaScore } from "../../../../../programs/bench/detect/ewma.ts";
import { leftDiscord } from "../../../../../../targets/reference-ai-stack/healer/detection/series/left-discord.ts";
import { sameTimeOfDay } from "../../../../../../targets/reference-ai-stack/healer/detection/series/same-time-of-day.ts";
import { exhaustionOf, theilSen } from "../../../../../../targets/reference-ai-stack/healer/detection/theil-sen.ts";
import { seeded } from "../virtual-clock.ts";

describe("Theil and Sen's slope", () => {
  const values = [1.1, 1.9, 3.2, 3.8, 5.1, 6.2, 6.8, 8.1, 30, 9.9];
  const points = values.map((value, at) => ({ at, value }));

  it("is SciPy's, with its bounds: theilslopes(y, x, 0.95) = 1.0, 0.95 to 1.2, though one value is wild", () => {
    const trend = theilSen(points);
    expect(trend?.slope).toBeCloseTo(1, 10);
    expect(trend?.low).toBeCloseTo(0.95, 10);
    expect(trend?.high).toBeCloseTo(1.2, 10);
  });

  it("tells when a limit is reached, and never for what does not grow", () => {
    const trend = { slope: 2, low: 1, high: 4, now: 60 };
    expect(exhaustionOf(trend, 100)).toEqual({ expected: 20, earliest: 10, latest: 40 });
    expect(exhaustionOf({ ...trend, low: -1 }, 100).latest).toBe(Infinity);
    expect(exhaustionOf(trend, 50).expected).toBe(0);
  });

  it("is not known of two points, nor of one time", () => {
    expect(theilSen(points.slice(0, 2))).toBeUndefined();
    expect(theilSen(points.map(({ value }) => ({ at: 1, value })))).toBeUndefined();
  });
});

describe("the population stability index", () => {
  it.each([
    [11.344_866_730_144_373, 3, 0.01],
    [20, 3, 0.000_169_742_435],
    [20, 9, 0.017_912_404_5],
    [20, 19, 0.394_578_182],
    [36.190_869_129_270_04, 19, 0.01],
  ])("has the law of chi-square: SciPy's chi2.sf(%d, %d) = %d", (x, freedom, p) => {
    expect(chiSquareBeyond(x, freedom)).toBeCloseTo(p, 9);
  });

  it("fires on few healthy samples by its law, where a fixed bound of 0.2 fires on most", () => {
    const random = seeded(4);
    const draw = (): number[] => Array.from({ length: 50 }, random);
    const tests = Array.from({ length: 300 }, () => psiTest(draw(), draw(), 10));
    expect(tests.filter(({ psi }) => psi > 0.2).length).toBeGreaterThan(100);
    expect(tests.filter(({ p }) => p < 0.05).length).toBeLessThan(30);
    expect(
      psiTest(
        draw(),
        draw().map((one) => one + 0.5),
        10,
      ).p,
    ).toBeLessThan(0.01);
  });

  it("is refused for fewer values than bins", () => {
    expect(() => psiTest([1, 2], [1, 2, 3], 3)).toThrow("3 bins need");
  });
});

describe("the two-sample test", () => {
  const first = [0.41, 0.83, 1.2, -0.55, 2.1, 0.05, -1.31, 0.77];
  const second = [1.9, 2.5, 0.9, 3.1, 1.4, 2.2, 4, 1.1, 2.8];

  it("has SciPy's distance: ks_2samp = 0.75, and Kolmogorov's law: kstwobign.sf", () => {
    expect(kolmogorovSmirnov(first, second).distance).toBeCloseTo(0.75, 10);
    for (const [x, p] of [
      [0.5, 0.963_945_244],
      [1, 0.269_999_672],
      [1.5, 0.022_217_962_6],
      [2, 0.000_670_925_256],
    ] as const)
      expect(kolmogorovBeyond(x)).toBeCloseTo(p, 9);
    expect(kolmogorovBeyond(0.1)).toBe(1);
  });

  it("finds a drift along the main direction, which is the one with the most variance", () => {
    const random = seeded(5);
    const vectors = (shift: number): Float32Array[] =>
      Array.from({ length: 80 }, () =>
        Float32Array.from([random(), 8 * random() + shift, 0.5 * random(), 0.1 * random()]),
      );
    const healthy = vectors(0);
    const { directions } = mainDirections(healthy, 2);
    expect(Math.abs(directions[0]?.[1] ?? 0)).toBeGreaterThan(0.99);
    expect(driftOfVectors(healthy, vectors(4)).p).toBeLessThan(1e-4);
    expect(driftOfVectors(healthy, vectors(0)).p).toBeGreaterThan(0.01);
  });
});

it("frozen texts keep their vectors but for rounding; another model, or another length, is seen at each text", () => {
  const random = seeded(6);
  const kept = Array.from({ length: 20 }, () => Float32Array.from({ length: 32 }, () => random() - 0.5));
  const rounded = kept.map((vector) => vector.map((value) => value * (1 + 1e-6)));
  expect(compareEmbeddings(kept, rounded)).toMatchObject({ checked: 20, changed: [] });
  const turned = kept.map((vector) => vector.map((value, i) => (i === 3 ? -value - 0.2 : value)));
  expect(compareEmbeddings(kept, turned).changed).toHaveLength(20);
  expect(
    compareEmbeddings(
      kept,
      kept.map((vector) => vector.slice(1)),
    ).leastSimilarity,
  ).toBe(-1);
  expect(() => compareEmbeddings(kept, kept.slice(1))).toThrow("the same texts are needed");
});

describe("the isolation forest", () => {
  it("has the usual depth of Liu, Ting and Zhou: c(256) = 10.24, c(2) = 1", () => {
    expect(pathLength(256)).toBeCloseTo(10.2448, 4);
    expect(pathLength(2)).toBe(1);
  });

  it("tells a point that lies alone from those that do not", () => {
    const random = seeded(7);
    const points = Array.from({ length: 300 }, () => [random(), random()]);
    const score = growForest(points, { trees: 100, sample: 256, random });
    expect(score([0.5, 0.5])).toBeLessThan(0.5);
    expect(score([3, -2])).toBeGreaterThan(0.6);
  });
});

describe("the EWMA chart", () => {
  it("with λ = 0.1 and 2.814 sigma runs about 500 samples between false alarms (Lucas and Saccucci 1990)", () => {
    const random = seeded(8);
    const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const lengths = Array.from({ length: 300 }, () => {
      const score = ewmaScore({ lambda: 0.1, learn: 2000 });
      for (let n = 0; n < 2000; n += 1) score({ at: n, value: normal() });
      let length = 1;
      while (score({ at: length, value: normal() }) <= 2.814 && length < 20_000) length += 1;
      return length;
    });
    const mean = lengths.reduce((sum, one) => sum + one, 0) / lengths.length;
    expect(mean).toBeGreaterThan(420);
    expect(mean).toBeLessThan(580);
  });
});

it("the Bernoulli CUSUM adds the log likelihood ratio of each sample, and comes down again", () => {
  const rule = { p0: 0.01, p1: 0.3, limit: 8 };
  expect(bernoulliStep(0, 1, 1, rule)).toBeCloseTo(Math.log(30), 10);
  expect(bernoulliStep(5, 0, 10, rule)).toBeCloseTo(5 + 10 * Math.log(0.7 / 0.99), 10);
  expect(bernoulliStep(0, 0, 100, rule)).toBe(0);
  expect(bernoulliStep(0, 100, 100, rule)).toBe(16);
});

it("a left discord is the distance to the nearest earlier window, counted the long way round", () => {
  const random = seeded(9);
  const values = Array.from({ length: 60 }, () => 10 * random());
  const feature = leftDiscord(5);
  const found = values.map((value, at) => feature({ at, value }));
  const windowAt = (end: number): readonly number[] => values.slice(end - 4, end + 1);
  for (let end = 9; end < 60; end += 1) {
    const distances = Array.from({ length: end - 8 }, (_, i) =>
      Math.hypot(...windowAt(end).map((value, k) => value - (windowAt(i + 4)[k] ?? 0))),
    );
    expect(found[end]).toBeCloseTo(Math.min(...distances), 8);
  }
  expect(found.slice(0, 9).every((one) => Number.isNaN(one))).toBe(true);
});

it("the same time of day is looked for by the clock, so that a gap in the series does not shift it", () => {
  const feature = sameTimeOfDay();
  const seen: number[] = [];
  for (let hour = 0; hour < 24 * 6; hour += 1) {
    // The third day has a hole.
    if (hour >= 50 && hour < 60) continue;
    seen.push(feature({ at: hour * 3600, value: hour % 24 === 12 ? 100 : hour % 24 }));
  }
  expect(seen.filter((one) => one > 0)).toEqual([]);
  // At midnight, two hours to each side: 23 is the nearest to 50.
  expect(feature({ at: 24 * 6 * 3600, value: 50 })).toBe(27);
});

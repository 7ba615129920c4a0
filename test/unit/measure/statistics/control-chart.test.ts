// What is usual in a series, and where a new level begins: bad nights at the end are neither a level nor usual.

import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../../src/core/random.ts";
import { individualsLimits, levelsOf } from "../../../../src/measure/statistics/control-chart.ts";

const around = (ms: number, n: number) => Array.from({ length: n }, (_, at) => ms * (at % 2 === 0 ? 0.95 : 1.05));
const draw = seededRandom(1, "noise");
/** Of about a standard deviation of 1. */
const noise = (): number => Array.from({ length: 12 }, () => draw.next()).reduce((sum, one) => sum + one, -6);
const quiet = (n: number) => Array.from({ length: n }, noise);
/** Twenty nights of noise, then so many by so much worse: simulated so often. */
const nights = (bad: number, by: number) =>
  Array.from({ length: 400 }, () => [...quiet(20), ...quiet(bad).map((value) => value + by)]);
const share = (all: readonly (readonly number[])[], isSo: (values: readonly number[]) => boolean): number =>
  all.filter(isSo).length / all.length;

describe("a control chart of single values", () => {
  it("has limits of the mean and 2.66 times the mean moving range, as in Montgomery", () => {
    expect(individualsLimits([1, 2, 1, 2, 1, 2, 1, 2])).toEqual({ centre: 1.5, lo: 1.5 - 2.66, hi: 1.5 + 2.66 });
    expect(individualsLimits([1, 2, 3])).toBeUndefined();
  });

  it("finds where a level changed, and hardly ever a change where there is none", () => {
    expect(levelsOf([...around(10, 20), ...around(20, 20), ...around(10, 12)]).begins).toEqual([20, 40]);
    const isLevel = (values: readonly number[]): boolean => levelsOf(values).begins.length > 0;
    expect(
      share(
        Array.from({ length: 100 }, () => quiet(60)),
        isLevel,
      ),
    ).toBeLessThan(0.08);
    expect(levelsOf(Array.from({ length: 20 }, () => 5)).begins).toEqual([]);
  });
});

describe("bad nights at the end of a series", () => {
  it.each([0, 1, 2, 3])("begin no new level while they are %i, and are told by the limits of the others", (bad) => {
    for (const by of [5, 10]) {
      const all = nights(bad, by);
      expect(share(all, (values) => levelsOf(values).begins.length > 0)).toBeLessThan(0.06);
      const isOut = (values: readonly number[]): boolean => (values.at(-1) ?? 0) > (levelsOf(values).limits?.hi ?? 0);
      if (bad > 0) expect(share(all, isOut)).toBeGreaterThan(by === 10 ? 0.98 : 0.85);
    }
  });

  it.each([4, 5, 6])("are found as a new level when they are %i, dated to the first of them", (bad) => {
    for (const by of [5, 10]) {
      const all = nights(bad, by);
      expect(share(all, (values) => levelsOf(values).begins.length > 0)).toBeGreaterThan(0.98);
      expect(share(all, (values) => levelsOf(values).begins.at(-1) === 20)).toBeGreaterThan(0.96);
    }
  });

  it("do not hide an earlier change of level, nor the first nights a later one", () => {
    const jump = [...around(10, 20), ...around(20, 20)];
    expect(levelsOf([...jump, 90, 95]).begins).toEqual([20]);
    expect(levelsOf([95, 90, 92, ...jump]).begins).toEqual([23]);
    expect(levelsOf([...jump, 90, 95]).limits).toEqual(individualsLimits(jump.slice(20)));
  });

  it("count for the limits where too few others remain, so that a wild eighth night is still told", () => {
    const { begins, limits } = levelsOf([...around(10, 7), 100]);
    expect(begins).toEqual([]);
    expect(limits?.hi).toBeLessThan(100);
  });
});

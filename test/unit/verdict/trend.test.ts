// Trends over the history: limits, what lies outside, and where a new level began.

import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import { individualsLimits, levelChanges } from "../../../src/measure/statistics/control-chart.ts";
import { trendLines } from "../../../src/report/trend-text.ts";
import { trendsOf } from "../../../src/verdict/trend.ts";
import { historyRow, ofNight } from "../../builders/history-rows.ts";

const rowsOf = (times: readonly number[]) =>
  times.map((ms, night) => historyRow({ ...ofNight(night), mttr: { ms, lo: ms - 100, hi: ms + 100 } }));
const around = (ms: number, n: number) => Array.from({ length: n }, (_, at) => ms * (at % 2 === 0 ? 0.95 : 1.05));

describe("a control chart of single values", () => {
  it("has limits of the mean and 2.66 times the mean moving range, as in Montgomery", () => {
    expect(individualsLimits([1, 2, 1, 2, 1, 2, 1, 2])).toEqual({ centre: 1.5, lo: 1.5 - 2.66, hi: 1.5 + 2.66 });
    expect(individualsLimits([1, 2, 3])).toBeUndefined();
  });

  it("finds where a level changed, and hardly ever a change where there is none", () => {
    expect(levelChanges([...around(10, 20), ...around(20, 20), ...around(10, 12)])).toEqual([20, 40]);
    const draw = seededRandom(1, "noise");
    const noise = (): number => Array.from({ length: 12 }, () => draw.next()).reduce((sum, one) => sum + one, -6);
    const series = Array.from({ length: 100 }, () => Array.from({ length: 60 }, noise));
    expect(series.filter((values) => levelChanges(values).length > 0).length).toBeLessThan(8);
    expect(levelChanges(Array.from({ length: 20 }, () => 5))).toEqual([]);
  });
});

describe("the trend of an intent", () => {
  it("names the run with which a new level began, and holds later runs against that level", () => {
    const [trend] = trendsOf(rowsOf([...around(6000, 20), ...around(9000, 19), 30_000]));
    expect(trend?.changes.map(({ run }) => run)).toEqual([ofNight(20).run]);
    expect(trend?.outside.map(({ run }) => run)).toEqual([ofNight(39).run]);
    const lines = trendLines(trend === undefined ? [] : [trend]);
    expect(lines[0]).toBe("process/replica-kill: MTTR over 40 runs");
    expect(lines.slice(2)).toEqual([
      `  a new level from ${ofNight(20).run} on (2026-01-21)`,
      `  outside the limits: ${ofNight(39).run}, 30.00 s`,
    ]);
  });

  it("names of the settings those in which an intent differs from its others", () => {
    const of = (policy: string, night: number) =>
      historyRow({ ...ofNight(night), settings: { policy, engine: "chroma" } });
    const names = trendLines(trendsOf([of("default", 0), of("careful", 1)])).filter((line) => line.includes("MTTR"));
    expect(names).toEqual([
      "process/replica-kill (policy=default): MTTR over 1 run",
      "process/replica-kill (policy=careful): MTTR over 1 run",
    ]);
  });

  it("is that of the newest plan alone: rows of another, and rows that do not say theirs, are no part of it", () => {
    const [old, other] = ["0123456789abcdef", "fedcba9876543210"];
    const row = (night: number, plan?: string) => historyRow({ ...ofNight(night), ...(plan && { plan }) });
    const runsOf = (rows: Parameters<typeof trendsOf>[0]) => trendsOf(rows)[0]?.points.map(({ run }) => run);
    expect(runsOf([row(0), row(1, old), row(2, other), row(3, other)])).toEqual([2, 3].map((n) => ofNight(n).run));
    expect(runsOf([row(0), row(1)])).toHaveLength(2);
  });

  it("takes the median of a run's trials, and the whole time watched for one that did not recover", () => {
    const { mttr: _mttr, ...stuck } = historyRow({ n: 2 });
    const [trend] = trendsOf([
      historyRow(),
      stuck,
      historyRow({ arm: "ablation" }),
      historyRow({ n: 3, tells: false }),
    ]);
    expect(trend?.points).toMatchObject([{ trials: 2, ms: 18_000 }]);
    expect(trendLines([])).toEqual(["no treatment trial that tells of a recovery is in the history"]);
  });
});

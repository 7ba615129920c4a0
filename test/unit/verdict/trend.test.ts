// Trends over the history: limits, what lies outside, and where a new level began.

import { describe, expect, it } from "vitest";
import { trendLines } from "../../../src/report/trend-text.ts";
import { trendsOf } from "../../../src/verdict/trend.ts";
import { historyRow, ofNight } from "../../builders/history-rows.ts";

const rowsOf = (times: readonly number[]) =>
  times.map((ms, night) => historyRow({ ...ofNight(night), mttr: { ms, lo: ms - 100, hi: ms + 100 } }));
const around = (ms: number, n: number) => Array.from({ length: n }, (_, at) => ms * (at % 2 === 0 ? 0.95 : 1.05));

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

  it.each([1, 2, 3])(
    "tells of bad nights at the end as outside the limits, and invents no new level: %i of them",
    (bad) => {
      const [trend] = trendsOf(rowsOf([...around(6000, 20), ...around(15_000, bad)]));
      expect(trend?.changes).toEqual([]);
      expect(trend?.outside.map(({ run }) => run)).toEqual(
        Array.from({ length: bad }, (_, at) => ofNight(20 + at).run),
      );
      expect(trend?.limits?.centre).toBeCloseTo(6000, -2);
    },
  );

  it("tells a run that did not recover as longer than it was watched, and not as a time that was measured", () => {
    const { mttr: _mttr, ...stuck } = historyRow({ ...ofNight(20), watchMs: 20_000 });
    const [trend] = trendsOf([...rowsOf(around(6000, 20)), stuck]);
    expect(trend?.outside).toMatchObject([{ ms: 20_000, censored: true }]);
    expect(trend?.limits).toEqual(trendsOf(rowsOf(around(6000, 20)))[0]?.limits);
    const [, first, outside] = trendLines(trend === undefined ? [] : [trend]);
    expect(first).toMatch(/^ {2}[▁▂▃▄▅▆▇█]{20}↑ {2}last > 20\.00 s \(longer than watched\); usual 5\.99 s/);
    expect(outside).toBe(`  outside the limits: ${ofNight(20).run}, > 20.00 s (longer than watched)`);
  });

  it("counts nights without a recovery as a level and for no limits, and takes none of them for quick", () => {
    const stuckRows = (nights: readonly number[], watchMs: number) =>
      nights.map((night) => {
        const { mttr: _mttr, ...row } = historyRow({ ...ofNight(night), watchMs });
        return row;
      });
    const nights = Array.from({ length: 10 }, (_, at) => 20 + at);
    const [down] = trendsOf([...rowsOf(around(6000, 20)), ...stuckRows(nights, 20_000)]);
    expect(down?.changes.map(({ run }) => run)).toEqual([ofNight(20).run]);
    expect(down?.limits).toBeUndefined();
    expect(trendLines(down === undefined ? [] : [down])[1]).toContain("too few runs that recovered since then");
    const [brief] = trendsOf([...rowsOf(around(6000, 20)), ...stuckRows([20], 1000)]);
    expect(brief?.outside).toEqual([]);
  });

  it("takes a run's median as measured where those that did not recover lie above it, whatever they took", () => {
    const { mttr: _mttr, ...stuck } = historyRow({ n: 2 });
    const censored = (rows: Parameters<typeof trendsOf>[0]) => trendsOf(rows)[0]?.points.map((one) => one.censored);
    expect(censored([historyRow(), stuck, historyRow({ n: 3 })])).toEqual([false]);
    expect(censored([historyRow(), { ...stuck, watchMs: 1000 }, historyRow({ n: 3 })])).toEqual([true]);
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
    expect(trend?.points).toMatchObject([{ trials: 2, ms: 18_000, censored: true }]);
    expect(trendLines([])).toEqual(["no treatment trial that tells of a recovery is in the history"]);
  });
});

// Slower, quicker or no evidence, over rows of the history.

import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import { comparisonLines } from "../../../src/report/compare-text.ts";
import { compareRows } from "../../../src/verdict/compare-rows.ts";
import type { HistoryRow } from "../../../src/records/history-row.ts";
import { historyRow, ofNight } from "../../builders/history-rows.ts";
import { calm, foundNights, wrongNights } from "../../programs/calibrate-compare/figures.ts";
import { simulatedNight } from "../../programs/calibrate-compare/nights.ts";

/** Trials with MTTRs spread evenly around so many times 6 s. */
function night(at: number, times: number, changes: Partial<HistoryRow> = {}, n = 12): readonly HistoryRow[] {
  return Array.from({ length: n }, (_, index) => {
    const ms = 6000 * times * (0.8 + (0.4 * index) / (n - 1));
    return historyRow({ ...ofNight(at), n: index + 1, mttr: { ms, lo: ms - 100, hi: ms + 100 }, ...changes });
  });
}

function verdicts(before: readonly HistoryRow[], after: readonly HistoryRow[]): Record<string, string> {
  const { pairs } = compareRows(before, after, seededRandom(1, "test"));
  return Object.fromEntries(pairs.map(({ time, verdict, because }) => [time, because ?? verdict]));
}

describe("a comparison of rows", () => {
  it("finds a loop that is slower or quicker, and leaves alone what did not change", () => {
    expect(verdicts(night(0, 1), night(1, 1.5))).toEqual({ mttd: "chance can do it", mttr: "regression" });
    expect(verdicts(night(0, 1.5), night(1, 1))).toMatchObject({ mttr: "improvement" });
  });

  it("says nothing of less than 1.2 times, however sure it is, or of too few trials", () => {
    expect(verdicts(night(0, 1, {}, 90), night(1, 1.12, {}, 90))).toMatchObject({ mttr: "it is too little" });
    expect(verdicts(night(0, 1, {}, 3), night(1, 9))["mttr"]).toMatch(/^it takes 4 trials on each side, there are 3/);
  });

  it("takes what a slower machine may explain as no evidence, whichever way it would point", () => {
    const [quick, slow] = [{ workMs: 40 }, { workMs: 60 }];
    expect(verdicts(night(0, 1, quick), night(1, 1.5, slow))["mttr"]).not.toBe("regression");
    expect(verdicts(night(0, 1, quick), night(1, 1, slow))["mttr"]).not.toBe("improvement");
    expect(verdicts(night(0, 1, quick), night(1, 2.5, slow))["mttr"]).toBe("regression");
    const one = compareRows(night(0, 1, quick), night(1, 1.5, slow), seededRandom(1, "test"));
    expect(one.machine).toBeCloseTo(1.5, 9);
    expect(comparisonLines(one).join("\n")).toContain("machine: 50 % slower than before");
  });

  it("counts trials that never recovered as longer than any", () => {
    const stuck = night(1, 1).map(({ mttr: _mttr, ...row }) => ({ ...row, recovery: "not-recovered" as const }));
    expect(verdicts(night(0, 1), stuck)).toMatchObject({ mttr: "regression" });
    const half = [...night(0, 1).slice(0, 5), ...stuck.slice(5)];
    expect(verdicts(half, stuck)).toMatchObject({ mttr: "chance can do it" });
    const text = comparisonLines(compareRows(night(0, 1), stuck, seededRandom(1, "t"))).join("\n");
    expect(text).toContain("not within what was watched (12 of 12 did not end)");
  });

  it("says of trials that never recovered no more than was watched: at least, at most, or nothing", () => {
    const stuck = (at: number): HistoryRow[] =>
      night(at, 1).map(({ mttr: _mttr, ...row }) => ({ ...row, recovery: "not-recovered" as const }));
    const mttrLine = (before: readonly HistoryRow[], after: readonly HistoryRow[]): string =>
      comparisonLines(compareRows(before, after, seededRandom(1, "t"))).find((line) => line.includes("MTTR")) ?? "";
    // They were watched for 30 s, the others took 4.8 s to 7.2 s.
    expect(mttrLine(night(0, 1), stuck(1))).toMatch(/at least 5\.0\d times as long \(95 % 4\.\d\d–∞\)/);
    expect(mttrLine(stuck(0), night(1, 1))).toMatch(/at most 0\.20 times as long \(95 % 0\.00–0\.2\d\)/);
    const most = (at: number): readonly HistoryRow[] => [...night(at, 1).slice(0, 3), ...stuck(at).slice(3)];
    expect(mttrLine(most(0), most(1))).toMatch(/not known how many times as long \(95 % 0\.00–∞\)/);
  });

  it("compares treatment trials that tell, of the same settings and plan, and names another plan", () => {
    const other = { arm: "ablation" as const };
    expect(verdicts(night(0, 1, other), night(1, 2, other))).toEqual({});
    expect(verdicts(night(0, 1, { tells: false }), night(1, 2))).toEqual({});
    expect(verdicts(night(0, 1, { settings: { engine: "a" } }), night(1, 2, { settings: { engine: "b" } }))).toEqual(
      {},
    );
    const changed = compareRows(night(0, 1, { plan: "a" }), night(1, 2, { plan: "b" }), seededRandom(1, "t"));
    expect(changed.notes).toEqual(["process/replica-kill: its plan is another one; not compared"]);
    expect(comparisonLines(changed)[0]).toMatch(/^nothing to compare/);
  });
});

describe("the verdict's own error", () => {
  it("simulates nights of which each times its machine once, as a run does", () => {
    const night = simulatedNight(0, { ...calm, intents: 3 }, seededRandom(1, "night"));
    expect(new Set(night.map(({ workMs }) => workMs)).size).toBe(1);
  });

  it("is small on nights alike, and a loop that is twice as slow is found", () => {
    expect(wrongNights(20, calm, 1).hits).toBeLessThan(4);
    expect(foundNights(10, calm, 2, 1).hits).toBeGreaterThan(8);
  });
});

// How MTTR went over the last nights, on the run's page: as `history trend` has it, and no picture of too few runs.

import { describe, expect, it } from "vitest";
import { planDigest } from "../../../src/core/plan-digest.ts";
import type { HistoryRow } from "../../../src/records/history-row.ts";
import type { TrialPlan } from "../../../src/records/plan.ts";
import { trendsModel } from "../../../src/report/trends-model.ts";
import { wordsOf } from "../../builders/committed-samples.ts";
import { historyRow, ofNight } from "../../builders/history-rows.ts";
import { renderPages } from "../../builders/rendered-page.ts";
import { hostile, passingRun } from "../../builders/sample-run.ts";

const { run, records } = passingRun();

/** Earlier nights of every plan, one trial each: MTTR around a level that changes. */
const nights =
  (n: number, level: (night: number) => number, changes: Partial<HistoryRow> = {}) =>
  (plan: TrialPlan): readonly HistoryRow[] =>
    Array.from({ length: n }, (_, night) => {
      const ms = level(night) * (1 + (((night * 7) % 5) - 2) / 50);
      const { intent, target, arm } = plan;
      const same = { intent, target, arm, plan: planDigest(plan), mttr: { ms, lo: ms, hi: ms } };
      return historyRow({ ...ofNight(night), ...same, ...changes });
    });

async function pageOf(past: (plan: TrialPlan) => readonly HistoryRow[]): Promise<string> {
  return (await renderPages(run, records, past)).get("index.html") ?? "";
}

describe("trends on the run's page", () => {
  it("are a picture for each intent, with its limits, its change of level and a point for each run", async () => {
    const past = nights(20, (night) => (night < 10 ? 9000 : 6000));
    const [trend, ...others] = trendsModel(run, past)?.trends ?? [];
    expect(others).toEqual([]);
    expect(trend?.says).toMatch(/^last 6\.08 s; usual [\d.]+ s, limits [\d.]+ s to [\d.]+ s; a new level from /);
    expect(trend?.says).toContain(`a new level from ${ofNight(10).run} on (2026-01-11)`);
    for (const chart of trend?.charts ?? []) {
      expect(chart.points).toHaveLength(21);
      expect(chart.changes).toEqual([chart.points[10]?.x]);
      expect(chart.limits?.x).toBe(chart.points[10]?.x);
      const inside = chart.points.slice(10).every(({ y }) => y >= (chart.limits?.y ?? 0) - 0.1);
      expect(inside).toBe(true);
    }
    const html = await pageOf(past);
    expect(html).toContain('<svg class="wide trend"');
    expect(html.match(/<circle class="point in"/g)).toHaveLength(42);
    expect(html).not.toContain("NaN");
    expect(html).toContain("</details>");
  });

  it("mark a run outside the limits", () => {
    const [trend] =
      trendsModel(
        run,
        nights(20, (night) => (night === 15 ? 30_000 : 6000)),
      )?.trends ?? [];
    expect(trend?.more).toContainEqual(expect.stringContaining(`outside the limits: ${ofNight(15).run}, 28.80 s`));
    expect(trend?.charts[0]?.points.filter(({ kind }) => kind === "out")).toHaveLength(1);
  });

  it("draw an arrow for a run that did not recover, and write its time as the least that it took", async () => {
    const past = (plan: TrialPlan) =>
      nights(
        20,
        () => 6000,
      )(plan).map((row, night) => {
        const { mttr: _mttr, ...stuck } = { ...row, watchMs: 20_000 };
        return night === 15 ? stuck : row;
      });
    const html = await pageOf(past);
    expect(html.match(/<polygon class="point out" points="[\d., -]+"><title>/g)).toHaveLength(2);
    expect(wordsOf(html)).toContain(`outside the limits: ${ofNight(15).run}, > 20.00 s (longer than watched)`);
    expect(html.match(/<circle class="point in"/g)).toHaveLength(40);
  });

  it("say how many runs are missing, and draw nothing of them", async () => {
    const html = await pageOf(nights(4, () => 6000));
    expect(wordsOf(html)).toContain("Too few runs for limits (it takes 8). 3 more runs: process/replica-kill.");
    expect(html).not.toContain('trend"');
    expect(
      trendsModel(
        run,
        nights(7, () => 6000),
      )?.missing,
    ).toEqual([]);
  });

  it("leave out runs of another plan, and are absent without a history or a trial that tells", () => {
    expect(
      trendsModel(
        run,
        nights(20, () => 6000, { plan: "another" }),
      )?.missing,
    ).toEqual(["7 more runs: process/replica-kill."]);
    expect(trendsModel(run, undefined)).toBeNull();
    const [intent] = run.intents;
    if (intent === undefined) throw new Error("the sample has no intent");
    const ablated = intent.trials.filter(({ plan }) => plan.arm === "ablation");
    expect(trendsModel({ ...run, intents: [{ ...intent, trials: ablated }] }, () => [])).toBeNull();
  });

  it("draw times that are all the same, and stay harmless whatever runs are called", async () => {
    const same = nights(20, () => 6000, { mttr: { ms: 6080, lo: 6080, hi: 6080 } });
    expect(await pageOf(same)).not.toMatch(/NaN|Infinity/);
    const html = await pageOf(nights(20, (night) => (night < 10 ? 9000 : 6000), { run: hostile, started: hostile }));
    expect(html).not.toMatch(/<script>alert|<img src=x/);
    const rows = Array.from({ length: 20 }, (_, n) => ({ run: `${hostile} ${n}`, started: hostile }));
    const named = await pageOf((plan) => nights(20, () => 6000)(plan).map((row, n) => ({ ...row, ...rows[n] })));
    expect(named).toContain("&lt;script&gt;");
    expect(named).not.toMatch(/<script>alert|<img src=x/);
  });
});

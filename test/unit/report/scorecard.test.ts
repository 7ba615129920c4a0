// The scorecard in every report: the same figures, each loss with its trials, and nothing where there is no evidence.

import { describe, expect, it } from "vitest";
import type { RunResult } from "../../../src/records/results/run-result.ts";
import type { TrialResult } from "../../../src/records/results/trial-result.ts";
import { renderConsoleTable } from "../../../src/report/console-table.ts";
import { renderHtml } from "../../builders/rendered-page.ts";
import { scorecardModel } from "../../../src/report/scorecard-model.ts";
import { lossText, pointsText, provenText, scorecardLines } from "../../../src/report/scorecard-text.ts";
import { renderSummary } from "../../../src/report/summary.ts";
import { columnsOf } from "../../../src/report/text.ts";
import { scorecardOf } from "../../../src/verdict/score/scorecard.ts";
import { sampleRun } from "../../builders/sample-run.ts";
import { times, scoredIntents, scoredTrial } from "../../builders/scored-trial.ts";

function runOf(trials: readonly TrialResult[]): RunResult {
  const { scorecard: _sample, ...run } = sampleRun().run;
  const intents = scoredIntents(trials);
  const scorecard = scorecardOf(intents, run.endedAt);
  return { ...run, intents, ...(scorecard && { scorecard }) };
}

const stuck = times(3, { arm: "ablation" });
const mixed = runOf([
  ...times(2),
  scoredTrial({ index: 3, mttrMs: 40_000 }),
  ...stuck,
  ...times(1, { intent: "data/other", by: "restore-index", lost: true }),
  ...times(2, { intent: "control/calm", arm: "placebo" }),
]);

it("names no target beside pathways without evidence where there is only one", () => {
  const missing = scorecardModel(mixed.scorecard)?.coverage.missing;
  expect(missing).toMatch(/^No evidence on .*roll-out-patch/);
  expect(missing).not.toContain("reference-ai-stack");
  const card = mixed.scorecard;
  const [first] = card?.pathways ?? [];
  if (card === undefined || first === undefined) throw new Error("there is no scorecard");
  const two = { ...card, pathways: [...card.pathways, { ...first, target: "another" }] };
  expect(scorecardModel(two)?.coverage.missing).toContain("reference-ai-stack roll-out-patch");
});

describe("the waterfall", () => {
  const model = scorecardModel(mixed.scorecard);
  const of = (name: string) => model?.pathways.find((pathway) => pathway.name === name);

  it("falls from 100 to the score, each step beginning where the one before ended", () => {
    const falls = model?.pathways.flatMap(({ waterfall }) => waterfall ?? []) ?? [];
    expect(falls).toHaveLength(2);
    for (const { steps, points } of falls) {
      let level = 100;
      for (const { left, lost } of steps) {
        expect(left + lost).toBeCloseTo(level, 1);
        level = left;
      }
      expect(level).toBeCloseTo(points, 1);
    }
    expect(of("restart-replica")?.waterfall?.steps).toHaveLength(4);
  });

  it("ends with the closed gate and the trial that closed it, at 0", () => {
    const damaged = of("restore-index");
    expect(damaged?.waterfall?.steps.at(-1)).toEqual({ left: 0, lost: 60, kind: "gate" });
    expect(damaged?.waterfall).toMatchObject({ points: 0, proven: 0 });
    expect(damaged?.losses.at(-1)?.says).toBe("gate closed: data was lost (data/other treatment-1)");
  });

  it("names for each term what it lost, to what, in which trials", () => {
    expect(of("restart-replica")?.losses[0]).toMatchObject({
      points: { text: "−6.7" },
      says: "recovery in time: recovered after more than the 20.0 s allowed (process/replica-kill treatment-3)",
    });
  });

  it("of one good trial is mostly not yet shown: the number is what it proves", () => {
    const one = scorecardModel(runOf(times(1)).scorecard);
    expect(Number(one?.score?.proven.text)).toBeLessThan(5);
    expect(one?.score).toMatchObject({ points: { text: "75" }, unshown: "74.4" });
    const shown = one?.pathways.find(({ name }) => name === "restart-replica");
    expect(shown?.waterfall?.proven).toBeLessThan(5);
  });
});

describe("every report", () => {
  it("shows score, coverage and freshness side by side", async () => {
    const [console_, summary, html] = [
      renderConsoleTable(mixed, "r", 100),
      renderSummary(mixed),
      await renderHtml(mixed, []),
    ];
    const proven = provenText(mixed.scorecard?.score?.proven ?? NaN);
    for (const text of [console_, summary]) {
      expect(text).toContain(`recovery score ${proven} of 100 proven, `);
      expect(text).toContain("coverage: 3 of 5 declared pathways have evidence in this run; without: ");
      expect(text).toContain("freshness: 3 of 5 pathways have evidence younger than 7 days");
      expect(text).toMatch(/−6\.7 recovery in time: recovered after more than the 20\.0 s allowed/);
      expect(text).toContain("data was lost (data/other treatment-1)");
      expect(text).toContain("did nothing in 2 of 2 trials with nothing to repair");
    }
    expect(html).toContain('<h2 id="scorecard">Scorecard</h2>');
    expect(html.match(/class="waterfall"/g)).toHaveLength(1);
    expect(html).toContain("No evidence on roll-out-patch, escalate.");
  });

  it("gives no number where there is no evidence", async () => {
    const none = runOf(times(2, { late: true }));
    expect(renderConsoleTable(none, "r", 100)).toContain("recovery score: no evidence, no score");
    expect(renderConsoleTable(none, "r", 100)).toContain(
      "not counted: process/replica-kill treatment-1 (inconclusive)",
    );
    expect(await renderHtml(none, [])).not.toContain('<rect class="proven"');
    expect(await renderHtml(none, [])).toContain("no evidence, no score");
  });

  it("leaves the scorecard out of a run that was written before there was one", async () => {
    const { scorecard: _new, ...old } = mixed;
    expect(await renderHtml(old, [])).not.toContain('id="scorecard"');
    expect(renderSummary(old)).not.toContain("Scorecard");
    expect(renderConsoleTable(old, "r", 100)).not.toContain("recovery score");
  });

  it.each([120, 80, 50, 40])("wraps its lines at %i columns", (width) => {
    if (mixed.scorecard === undefined) throw new Error("no scorecard");
    for (const line of scorecardLines(mixed.scorecard, width)) expect(columnsOf(line), line).toBeLessThanOrEqual(width);
  });
});

describe("points", () => {
  it("are never rounded to 0 or 100 when they are neither, and what is proven is rounded down", () => {
    expect([0, 0.01, 12.34, 66.66, 99.97, 100].map(pointsText)).toEqual(["0", "< 0.1", "12.3", "66.7", "99.9", "100"]);
    expect([0, 0.19, 66.69, 100].map(provenText)).toEqual(["0", "0.1", "66.6", "100"]);
  });

  it("name four trials and count the others", () => {
    expect(lossText({ to: "relapsed", by: ["a", "b", "c", "d", "e", "f"] })).toBe("relapsed (a, b, c, d and 2 more)");
    expect(lossText({ to: "relapsed", by: ["a"] })).toBe("relapsed (a)");
    const by = ["a/b treatment-1", "a/b treatment-2", "c/d treatment-2"];
    expect(lossText({ to: "relapsed", by })).toBe("relapsed (a/b treatment-1, treatment-2, c/d treatment-2)");
  });
});

describe("the healer's word and ours", async () => {
  const { run, records } = sampleRun();
  const html = await renderHtml(run, records);

  it("stand side by side for each incident, with the gap and what the healer's own figure leaves out", () => {
    expect(html).toContain("Self-reported against measured in treatment-1");
    expect(html).toContain("Time to recover as we measured it, t6 − t0, minus its own figure: ");
    expect(html).toContain("never recovered, and declared so all the same");
  });

  it("are summed up for each intent", () => {
    expect(html).toContain("Honesty of the loop: declared itself recovered in 1 of 1 trials");
    expect(html).toContain("without ever being so in 1");
    expect(renderSummary(run)).toContain(
      "- Honesty of the loop, process/replica-kill: declared itself recovered in 1 of 1",
    );
  });

  it("keep the old gap in runs that were written before they were measured", async () => {
    const old: RunResult = {
      ...run,
      intents: run.intents.map((intent) => ({
        ...intent,
        trials: intent.trials.map(({ facts: { honesty: _new, ...facts }, ...trial }) => ({ ...trial, facts })),
      })),
    };
    expect(await renderHtml(old, records)).toContain("Declared against measured recovery, t7 − t6 = ");
    expect(html).not.toContain("Declared against measured recovery");
  });
});

// How good predictions were, wherever a run is shown; of a run without one nothing is said.

import { expect, test } from "vitest";
import type { RunResult } from "../../../src/records/results/run-result.ts";
import { renderConsoleTable } from "../../../src/report/console-table.ts";
import { csvLines } from "../../../src/report/history-csv.ts";
import { predictionLines } from "../../../src/report/prediction-text.ts";
import { renderSummary } from "../../../src/report/summary.ts";
import { historyRow } from "../../builders/history-rows.ts";
import { renderHtml } from "../../builders/rendered-page.ts";
import { hostile, passingRun } from "../../builders/sample-run.ts";

const { run, records } = passingRun();
const judged = run.intents.flatMap(({ trials }) => trials).filter(({ verdict }) => verdict.outcome === "pass").length;

function foreseen(pathway: string): RunResult {
  const predicted = { passes: 0.9, of: 12, pathway };
  const trialsOf = (intent: RunResult["intents"][number]): RunResult["intents"][number] => ({
    ...intent,
    trials: intent.trials.map((trial) => ({ ...trial, plan: { ...trial.plan, predicted } })),
  });
  return { ...run, intents: run.intents.map(trialsOf) };
}

test("the page, the terminal and the summary have one sentence on them", async () => {
  const told = foreseen(hostile);
  const score = `${judged} judged trials with a prediction: Brier score 0.010`;
  expect(judged).toBeGreaterThan(1);
  expect(renderConsoleTable(told, "x", 120).replaceAll(/\s+/g, " ")).toContain(`predictions: ${score}`);
  expect(renderSummary(told)).toContain(`Predictions: ${score}`);
  expect(await renderHtml(told, records)).toContain(score);
});

test("of a run without one nothing is said", async () => {
  expect(renderConsoleTable(run, "x", 120)).not.toContain("predictions:");
  expect(renderSummary(run)).not.toContain("Predictions:");
  expect(await renderHtml(run, records)).not.toContain("Brier");
});

test("of the history they stand below the trend, and in the export", () => {
  const predicted = { passes: 0.8, of: 4, pathway: "restart-replica", mttr: { lo: 5000, hi: 7000, share: 0.6 } };
  const rows = [historyRow({ predicted, files: "0123456789abcdef" }), historyRow()];
  expect(predictionLines(rows)).toEqual([
    "predictions: 1 judged trial with a prediction: Brier score 0.040 (0 is all foreseen; one who knew only how many pass " +
      "has 0.000); pathway right in 1 of 1; MTTR within its bounds in 1 of 1, 0.6 expected",
  ]);
  expect(predictionLines([historyRow()])).toEqual([]);
  const [names = "", with1 = "", without = ""] = [...csvLines(rows)];
  const at = names.split(",").indexOf("files");
  expect(names.split(",").slice(at, at + 6)).toEqual([
    "files",
    "predicted_passes",
    "predicted_pathway",
    "predicted_mttr_lo_ms",
    "predicted_mttr_hi_ms",
    "predicted_mttr_share",
  ]);
  expect(with1.split(",").slice(at, at + 6)).toEqual([
    "0123456789abcdef",
    "0.8",
    "restart-replica",
    "5000",
    "7000",
    "0.6",
  ]);
  expect(without.split(",").slice(at, at + 6)).toEqual(["", "", "", "", "", ""]);
});

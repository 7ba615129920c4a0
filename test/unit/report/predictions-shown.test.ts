// How good predictions were, wherever a run is shown; of a run without one nothing is said.

import { expect, test } from "vitest";
import type { RunResult } from "../../../src/records/results/run-result.ts";
import { renderConsoleTable } from "../../../src/report/console-table.ts";
import { renderSummary } from "../../../src/report/summary.ts";
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

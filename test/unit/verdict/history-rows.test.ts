// A run as rows of the history: whole, and without a sentence of anybody's.

import { expect, it } from "vitest";
import { historyRowSchema } from "../../../src/records/history-row.ts";
import { historyRowsOf } from "../../../src/verdict/history-rows.ts";
import { hostile, passingRun, sampleRun } from "../../builders/sample-run.ts";

it("a run gives a row for each judged trial, as its schema has it", () => {
  const { run } = sampleRun();
  const rows = historyRowsOf(run);
  expect(rows).toHaveLength(run.intents.flatMap(({ trials }) => trials).length);
  for (const row of rows) expect(historyRowSchema.parse(JSON.parse(JSON.stringify(row)))).toEqual(row);
});

it("a row has the times of its trial, their bounds rounded outwards, and the rules that objected", () => {
  const rows = historyRowsOf(passingRun().run);
  const [trial] = passingRun().run.intents[0]?.trials ?? [];
  const [row] = rows;
  expect(row).toMatchObject({ intent: trial?.plan.intent, arm: "treatment", n: 1, outcome: "pass", tells: true });
  expect(row?.mttr?.ms).toBe(trial?.facts.mttr?.ms);
  expect(row?.mttr?.lo).toBeLessThanOrEqual(trial?.facts.mttr?.lo ?? 0);
  expect(row?.mttr?.hi).toBeGreaterThanOrEqual(trial?.facts.mttr?.hi ?? 0);
  const failed = historyRowsOf(sampleRun().run).find(({ outcome }) => outcome === "fail");
  expect(failed?.against).toEqual(["recovered-in-time", "declared-truthfully", "harness-kept-pace"]);
});

it("a row holds nothing of what intents, targets and healers say, and no pathway that was not declared", () => {
  const { run } = sampleRun();
  const claimed = {
    ...run,
    intents: run.intents.map((intent) => ({
      ...intent,
      trials: intent.trials.map((trial) => ({ ...trial, facts: { ...trial.facts, pathway: hostile } })),
    })),
  };
  const rows = historyRowsOf(claimed);
  const text = JSON.stringify(rows);
  for (const word of ["script", "alert", "belief", "users.error_share"]) expect(text).not.toContain(word);
  expect(new Set(rows.map(({ pathway }) => pathway))).toEqual(new Set(["?"]));
});

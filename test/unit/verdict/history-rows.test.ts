// A run as rows of the history: whole, and without a sentence of anybody's.

import { expect, it } from "vitest";
import { historyRowSchema, type HistoryRow } from "../../../src/records/history-row.ts";
import { historyRow } from "../../builders/history-rows.ts";
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

it.each<[string, Partial<HistoryRow>, boolean]>([
  ["a time below 0", { mttr: { ms: -5, lo: -10, hi: -1 } }, false],
  ["a time out of its bounds", { mttr: { ms: 600, lo: 900, hi: 300 } }, false],
  ["a middle above its bounds", { mttd: { ms: 9, lo: 1, hi: 3 } }, false],
  ["a time of nothing", { mttr: { ms: 0, lo: 0, hi: 0 } }, true],
  ["a short time that may begin below 0", { mttd: { ms: -1, lo: -20, hi: 15 } }, true],
  ["an end before its begin", { ended: "2026-01-01T01:59:59.000Z" }, false],
  ["an end at its begin", { ended: "2026-01-01T02:00:00.000Z" }, true],
  ["a watch of less than nothing", { watchMs: -1 }, false],
])("a row with %s is one or is none", (_what, changes, isRow) => {
  expect(historyRowSchema.safeParse(historyRow(changes)).success).toBe(isRow);
});

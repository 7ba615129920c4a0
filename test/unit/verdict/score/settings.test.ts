// The settings of a target in the scorecard of a run.

import { expect, it } from "vitest";
import type { TrialResult } from "../../../../src/records/results/trial-result.ts";
import { scorecardLines } from "../../../../src/report/scorecard-text.ts";
import { scorecardOf } from "../../../../src/verdict/score/scorecard.ts";
import { scoredIntents, times } from "../../../builders/scored-trial.ts";

function cardOf(trials: readonly TrialResult[]) {
  const card = scorecardOf(scoredIntents(trials), "2026-11-25T12:00:00.000Z");
  if (card === undefined) throw new Error("there were trials, but no scorecard");
  return card;
}
const other = { intent: "data/other", by: "restore-index" };

it("says under which settings of the target each intent was tried, and nothing where there are none", () => {
  const under = (policy: string, trial: TrialResult): TrialResult => ({
    ...trial,
    plan: { ...trial.plan, settings: { policy } },
  });
  expect(cardOf(times(2)).settings).toBeUndefined();
  const trials = [
    ...times(2).map((one) => under("careful", one)),
    ...times(1, other).map((one) => under("default", one)),
  ];
  const card = cardOf(trials);
  expect(card.settings).toEqual([
    { setting: "policy", value: "careful", intents: ["process/replica-kill"] },
    { setting: "policy", value: "default", intents: ["data/other"] },
  ]);
  expect(scorecardLines(card, 200).join("\n")).toContain("setting policy: careful in process/replica-kill");
  const alike = cardOf(times(2).map((one) => under("careful", one)));
  expect(scorecardLines(alike, 200)).toContain("settings: policy careful");
});

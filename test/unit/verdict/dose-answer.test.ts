import { expect, test } from "vitest";
import type { Finding } from "../../../src/records/results/outcome.ts";
import type { TrialResult } from "../../../src/records/results/trial-result.ts";
import { doseAnswer } from "../../../src/verdict/dose-answer.ts";
import { outcomeOf } from "../../../src/verdict/judge-trial.ts";
import { sampleRun } from "../../builders/sample-run.ts";

const [sample] = sampleRun().run.intents.flatMap(({ trials }) => trials);
if (sample === undefined) throw new Error("the sample has no trial");
const trial: TrialResult = sample;

const finding = (rule: string, outcome: Finding["outcome"]): Finding => ({ rule, outcome, says: "so", restsOn: [1] });

function answerOf(findings: readonly Finding[], recovery: TrialResult["facts"]["recovery"]) {
  const verdict = { outcome: outcomeOf(findings), findings };
  return doseAnswer({ facts: { ...trial.facts, recovery }, verdict }).answer;
}

const whole = [finding("steady-before", "pass"), finding("effect-confirmed", "pass"), finding("budget-kept", "pass")];

test("a trial that passes held, one that fails broke", () => {
  expect(answerOf([...whole, finding("recovered-in-time", "pass")], "healed")).toBe("held");
  expect(answerOf([...whole, finding("recovered-in-time", "fail")], "not-recovered")).toBe("broke");
});

test("what nobody felt held, if nothing else is open", () => {
  const open = finding("recovered-in-time", "inconclusive");
  expect(answerOf([...whole, open], "not-disturbed")).toBe("unfelt");
  expect(answerOf([...whole, open, finding("environment-calm", "inconclusive")], "not-disturbed")).toBe("untold");
  expect(answerOf([...whole, open, finding("budget-kept", "inconclusive")], "not-disturbed")).toBe("untold");
});

test.each(["inconclusive", "fail"] as const)(
  "nothing follows from an effect that was not confirmed (%s)",
  (outcome) => {
    expect(answerOf([finding("effect-confirmed", outcome)], "not-disturbed")).toBe("untold");
  },
);

test("nothing follows from a trial that left something behind", () => {
  expect(answerOf([...whole, finding("nothing-left", "fail")], "healed")).toBe("untold");
});

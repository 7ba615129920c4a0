import { expect, test } from "vitest";
import type { Finding } from "../../../src/records/results/outcome.ts";
import type { TrialResult } from "../../../src/records/results/trial-result.ts";
import { impactOf } from "../../../src/measure/cost/impact.ts";
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

const mark = (at: number) => ({ at, lo: at, hi: at, source: "probes" as const });

test("the impact is the share of bad requests while users were hurt, by the windows where there is no budget", () => {
  const [window] = trial.facts.windows;
  if (window === undefined) throw new Error("no window");
  const at = (from: number, count: number, bad: number) => ({
    ...window,
    from,
    to: from + 100,
    values: { "users.count": count, "users.bad_share": bad },
  });
  const windows = [at(0, 100, 0), at(1000, 10, 1), at(1100, 30, 0.2), at(2000, 100, 0)];
  const { burn: _burn, ...rest } = trial.facts;
  const { budget: _budget, ...expectation } = trial.plan.expect;
  const facts = { ...rest, recovery: "healed" as const, windows };
  const marks = { t0: mark(900), t1: mark(1000), t6: mark(1300) } as unknown as TrialResult["facts"]["marks"];
  const plan = { ...trial.plan, expect: expectation };
  expect(impactOf({ plan, facts: { ...facts, marks } })).toEqual({ bad: 16 / 40, slo: 0.99 });
  expect(impactOf({ plan, facts: { ...facts, marks: {} } })).toBeUndefined();
});

test("with a budget it is the budget's own count", () => {
  const burn = { bad: 3, expected: 60, slo: 0.95, burn: 1 };
  const marks = { t0: mark(900) } as unknown as TrialResult["facts"]["marks"];
  const plan = { ...trial.plan, expect: { ...trial.plan.expect, budget: { slo: 0.95, maxBurn: 12 } } };
  expect(impactOf({ plan, facts: { ...trial.facts, burn, marks } })).toEqual({ bad: 0.05, slo: 0.95 });
});

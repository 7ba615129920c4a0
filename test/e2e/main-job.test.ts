// The main job on real processes where it fails: a stack that nobody heals, and one whose repair was made a no-op. That
// it passes otherwise is asked of the README's own commands (readme.test.ts).

import { describe, expect, it } from "vitest";
import type { TrialResult } from "../../src/records/results/trial-result.ts";
import { isBlurred, rulesThat, trialsOf } from "../support/main-job.ts";
import { makeSandbox, markersIn, processesOf, rebound, resultOf } from "../support/rebound-process.ts";

/** Exit 1 with the rule that failed; on a machine too busy to measure exit 2, and never a pass. */
function expectFailure(run: { code: number | null; text: string }, trial: TrialResult | undefined, rule: string): void {
  if (trial === undefined) throw new Error(run.text);
  expect(trial.verdict.outcome, run.text).not.toBe("pass");
  if (isBlurred(trial)) return expect(run.code).toBe(2);
  expect(rulesThat(trial.verdict, "fail"), run.text).toContain(rule);
  expect(run.code).toBe(1);
}

describe("a stack without a healer", () => {
  it("comes out as fail: not recovered", async () => {
    await using sandbox = await makeSandbox();
    const run = await rebound(["run", "experiments/process/echo-back-kill.yaml", "--out", sandbox.out], sandbox);
    const trial = trialsOf(resultOf(sandbox))[0];
    expectFailure(run, trial, "recovered-in-time");
    expect(trial?.facts.mttr).toBeUndefined();
    expect(processesOf(markersIn(sandbox.out))).toEqual([]);
  });
});

describe("the reference stack", () => {
  it("fails the index intent when somebody made its restore-index a no-op by hand", async () => {
    await using sandbox = await makeSandbox({ HEALER_NOOP_ACTIONS: "restore-index" });
    const run = await rebound(["run", "experiments/data/vector-index-corruption.yaml", "--out", sandbox.out], sandbox);
    const treatment = trialsOf(resultOf(sandbox)).find(({ plan }) => plan.arm === "treatment");
    expectFailure(run, treatment, "recovered-in-time");
  });
});

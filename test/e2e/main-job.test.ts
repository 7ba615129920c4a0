// The main job on real processes: a stack that nobody heals fails, the reference stack is healed by what it declares,
// and an old run is judged the same again.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RunResult } from "../../src/records/results/run-result.ts";
import type { TrialResult } from "../../src/records/results/trial-result.ts";
import { makeSandbox, markersIn, processesOf, rebound, type Sandbox } from "../support/rebound-process.ts";

function resultOf(sandbox: Sandbox): RunResult {
  return JSON.parse(readFileSync(join(sandbox.out, "latest/run.json"), "utf8")) as RunResult;
}

/**
 * True when a trial said of itself that it could not be measured: the machine was too busy for us, or for the stack.
 */
function isBlurred({ verdict }: TrialResult): boolean {
  const unclear = rulesThat(verdict, "inconclusive");
  return (
    verdict.outcome === "invalid" || unclear.some((rule) => rule === "harness-kept-pace" || rule === "environment-calm")
  );
}

function rulesThat(verdict: TrialResult["verdict"], outcome: string): string[] {
  return verdict.findings.filter((finding) => finding.outcome === outcome).map(({ rule }) => rule);
}

function trialsOf(result: RunResult): TrialResult[] {
  return result.intents.flatMap(({ trials }) => trials);
}

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

const pathways: Record<string, string | null> = {
  "control/placebo": null,
  "control/traffic-bump": null,
  "data/vector-index-corruption": "restore-index",
  "network/inference-latency": "redistribute-traffic",
  "process/replica-kill": "restart-replica",
};

describe("the reference stack", () => {
  it("comes out as believed wherever the machine let it be measured, and is judged the same again from the record", async () => {
    await using sandbox = await makeSandbox();
    const { code, text } = await rebound(["run", "--suite", "smoke", "--out", sandbox.out], sandbox);
    const result = resultOf(sandbox);
    expect(result.intents.map(({ intent }) => intent).sort()).toEqual(Object.keys(pathways));
    expect(trialsOf(result)).toHaveLength(8);
    const measured = trialsOf(result).filter((trial) => !isBlurred(trial));
    expect(measured.length, text).toBeGreaterThan(0);
    for (const { plan, verdict, facts } of measured) {
      expect([plan.intent, plan.arm, verdict.outcome, rulesThat(verdict, "fail")], text).toEqual([
        plan.intent,
        plan.arm,
        "pass",
        [],
      ]);
      if (plan.arm === "treatment") expect(facts.pathway).toBe(pathways[plan.intent]);
    }
    expect(code, text).toBe(measured.length === 8 ? 0 : 2);
    const judged = await rebound(["judge", join(sandbox.out, "latest")], sandbox);
    expect(judged.text).toContain("Same verdicts as recorded.");
    expect(judged.code).toBe(code);
    expect(processesOf(markersIn(sandbox.out))).toEqual([]);
  }, 600_000);

  it("fails the index intent when somebody made its restore-index a no-op by hand", async () => {
    await using sandbox = await makeSandbox({ HEALER_NOOP_ACTIONS: "restore-index" });
    const run = await rebound(["run", "experiments/data/vector-index-corruption.yaml", "--out", sandbox.out], sandbox);
    const treatment = trialsOf(resultOf(sandbox)).find(({ plan }) => plan.arm === "treatment");
    expectFailure(run, treatment, "recovered-in-time");
  });
});

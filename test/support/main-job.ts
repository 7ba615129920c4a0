// What tests ask of the result of a run on a machine that may be too busy to measure.

import { expect } from "vitest";
import type { RunResult } from "../../src/records/results/run-result.ts";

type TrialResult = RunResult["intents"][number]["trials"][number];

/** Every trial of a run. */
export function trialsOf(result: RunResult): readonly TrialResult[] {
  return result.intents.flatMap(({ trials }) => trials);
}

/** Rules with that outcome. */
export function rulesThat(verdict: TrialResult["verdict"], outcome: string): string[] {
  return verdict.findings.filter((finding) => finding.outcome === outcome).map(({ rule }) => rule);
}

/**
 * True when a trial found of itself that it could not be measured: the machine was too busy for us, or for the stack.
 */
export function isBlurred({ verdict }: TrialResult): boolean {
  const unclear = rulesThat(verdict, "inconclusive");
  return (
    verdict.outcome === "invalid" || unclear.some((rule) => rule === "harness-kept-pace" || rule === "environment-calm")
  );
}

/** Exit 1 with the rule that failed; on a machine too busy to measure exit 2, and never a pass. */
export function expectFailure(
  run: { code: number | null; text: string },
  trial: TrialResult | undefined,
  rule: string,
): void {
  if (trial === undefined) throw new Error(run.text);
  expect(trial.verdict.outcome, run.text).not.toBe("pass");
  if (isBlurred(trial)) return expect(run.code).toBe(2);
  expect(rulesThat(trial.verdict, "fail"), run.text).toContain(rule);
  expect(run.code).toBe(1);
}

// What tests ask of the result of a run on a machine that may be too busy to measure.

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

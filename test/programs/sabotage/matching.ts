// Was the defect caught, and by the finding that is right? Pure: from verdicts to an answer.

import { trialName } from "../../../src/core/plan.ts";
import type { Finding, TrialOutcome } from "../../../src/records/results/outcome.ts";
import type { TrialResult } from "../../../src/records/results/trial-result.ts";
import { decidingFinding } from "../../../src/verdict/judge-trial.ts";
import type { Expected } from "./expectation.ts";

/**
 * caught: the trial failed (or left residue besides, which outranks a failure and exits with 1 like it), or was invalid
 * where that is expected, and the expected finding is among those that failed · wrong-rule: it failed, but not by that
 * one · missed: it passed · unclear: inconclusive or invalid, which say nothing of the defect · no-trial: none in the
 * expected arm.
 */
type CatchWord = "caught" | "wrong-rule" | "missed" | "unclear" | "no-trial";

export interface Catch {
  readonly word: CatchWord;
  /** Every rule that failed in the trial, in the order of the table. */
  readonly failed: readonly string[];
  /** The words of the expected finding, or of what stood in its place. */
  readonly says: string;
  /** True when the machine was too busy for the trial to say anything: such a one may be had once more. */
  readonly blurred: boolean;
}

/** What `harness-kept-pace` says when it was our own lateness, and not something that the stack hid from us. */
const lagWords = /\d ms late|were never sent/;

/** Looks for the expected finding among the trials of one run. */
export function catchOf(
  expected: Pick<Expected, "arm" | "rule" | "says" | "outcome">,
  trials: readonly TrialResult[],
): Catch {
  const trial = trials.find(({ plan }) => plan.arm === expected.arm);
  if (trial === undefined) {
    return { word: "no-trial", failed: [], says: `no trial ran in the arm ${expected.arm}`, blurred: false };
  }
  const { outcome, findings } = trial.verdict;
  const failing = findings.filter((finding) => finding.outcome === "fail");
  const right = failing.find(({ rule, says }) => rule === expected.rule && expected.says.test(says));
  const failed = expected.outcome === "invalid" ? outcome === "invalid" : isAgainst(outcome);
  const word = outcome === "pass" ? "missed" : !failed ? "unclear" : right ? "caught" : "wrong-rule";
  const said = right !== undefined && word === "caught" ? [right] : notPassing(findings);
  return {
    word,
    failed: [...new Set(failing.map(({ rule }) => rule))],
    says: [`the trial came out as ${outcome}`, ...said.map(({ rule, says }) => `${rule} — ${says}`)].join("\n    "),
    blurred: word === "unclear" && isBlur(outcome, decidingFinding(findings)),
  };
}

function notPassing(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ outcome }) => outcome !== "pass");
}

/**
 * We were late ourselves, or strangers starved the stack, or it was not steady before anything was injected, so that
 * nothing was.
 */
function isBlur(outcome: TrialOutcome, because: Finding | undefined): boolean {
  if (outcome === "invalid") return because?.rule === "steady-before";
  if (because?.rule === "environment-calm") return true;
  return because?.rule === "harness-kept-pace" && lagWords.test(because.says);
}

/** True for outcomes that hold something against the stack. */
export function isAgainst(outcome: TrialOutcome): boolean {
  return outcome === "fail" || outcome === "residue";
}

/** Every trial that did not pass, with its reason; empty when all passed. An inconclusive trial did not pass. */
export function notPassed(trials: readonly TrialResult[]): string[] {
  return trials
    .filter(({ verdict }) => verdict.outcome !== "pass")
    .map(({ plan, verdict }) => {
      const because = decidingFinding(verdict.findings);
      const why = because === undefined ? "nothing was judged" : `${because.rule} — ${because.says}`;
      return `${trialName(plan)} ${verdict.outcome}: ${why}`;
    });
}

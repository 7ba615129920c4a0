// Where everything belongs that did not pass, on nights as the history keeps them.

import { describe, expect, it } from "vitest";
import { historyRowsOf } from "../../../src/verdict/history-rows.ts";
import { triageRun } from "../../../src/verdict/triage.ts";
import type { Weakness } from "../../../src/records/weakness.ts";
import type { HistoryRow } from "../../../src/records/history-row.ts";
import type { TrialResult } from "../../../src/records/results/trial-result.ts";
import { ofNight } from "../../builders/history-rows.ts";
import { finding } from "../../builders/sample-intent.ts";
import { sampleRun } from "../../builders/sample-run.ts";
import { scoredIntents, scoredTrial, times, type ScoredOutcome } from "../../builders/scored-trial.ts";

const broke: ScoredOutcome = { recovery: "not-recovered" };

function nightOf(night: number, trials: readonly TrialResult[], weaknesses?: readonly Weakness[]) {
  const { run: runId, started: startedAt, ended: endedAt } = ofNight(night);
  const intents = scoredIntents(trials).map((intent) => ({ ...intent, ...(weaknesses && { weaknesses }) }));
  return { ...sampleRun().run, runId, startedAt, endedAt, interrupted: false, intents };
}

/** What the history keeps of nights 0, 1, … with these trials. */
function rowsOf(nights: readonly (readonly TrialResult[])[]): readonly HistoryRow[] {
  return nights.flatMap((trials, night) => historyRowsOf(nightOf(night, trials)));
}

function nights(n: number, trials: readonly TrialResult[]): readonly (readonly TrialResult[])[] {
  return Array.from({ length: n }, () => trials);
}

function kindsAfter(past: readonly HistoryRow[], trials: readonly TrialResult[]) {
  return triageRun(nightOf(99, trials), past).map(({ kind, says }) => `${kind}: ${says}`);
}

function withFinding(rule: string, outcome: "fail" | "inconclusive", judged: TrialResult["verdict"]["outcome"]) {
  const trial = scoredTrial();
  return { ...trial, verdict: { outcome: judged, findings: [finding(rule, outcome, "seen")] } };
}

describe("triage by the history", () => {
  it("is silent about what passed", () => {
    expect(kindsAfter(rowsOf(nights(3, times(2))), times(2))).toEqual([]);
  });

  it("calls a regression what passed always and passes reliably less now", () => {
    const [first] = kindsAfter(rowsOf(nights(10, times(2))), times(2, broke));
    expect(first).toMatch(/^regression: recovered-in-time: passed 20 of 20 before \(last in \S+\), 0 of 2 now: fewer/);
  });

  it("calls a first fail after passes a regression, too, and says that one is too few to be sure", () => {
    const [first] = kindsAfter(rowsOf(nights(5, times(1))), times(1, broke));
    expect(first).toContain("regression: recovered-in-time: passed 5 of 5 before");
    expect(first).toContain("too few to be sure (p = 0.167)");
  });

  it("calls a flake what failed and passed again with the same plan and seed, and names both nights", () => {
    const past = rowsOf([...nights(2, times(1)), times(1, broke), ...nights(2, times(1))]);
    const [first] = kindsAfter(past, times(1, broke));
    expect(first).toBe(
      "flake: recovered-in-time: the same plan and seed failed in 20260103-020000-aaaa and passed in 20260105-020000-aaaa",
    );
  });

  it("calls a flake what passed with the same seed on another night while other trials pass now", () => {
    const now = [...times(3), scoredTrial({ ...broke, index: 4 })];
    expect(kindsAfter(rowsOf(nights(3, times(4))), now)[0]).toMatch(/^flake: .* and 3 of 4 trials passed now$/);
  });

  it("has no flake without the same seed: other trials that failed before make it nothing new", () => {
    const other = times(1, broke).map((trial) => ({ ...trial, plan: { ...trial.plan, seed: 7 } }));
    const past = rowsOf([times(1), other, times(1)]).map((row, at) => ({ ...row, seed: at }));
    expect(kindsAfter(past, times(1, broke))[0]).toMatch(/^standing: .*it failed before, too/);
  });

  it("calls what is broken for good a regression, though it failed once long ago and was mended", () => {
    const past = [...nights(5, times(1)), times(1, broke), ...nights(54, times(1))];
    const [first] = kindsAfter(rowsOf(past), times(1, broke));
    expect(first).toMatch(/^regression: .*passed 59 of 60 before .*: it passed in all of the last 7 runs; too few/);
  });

  it("keeps a regression one until it passes again, and says since when it fails and where it passed before", () => {
    for (const failing of [1, 2, 40]) {
      const past = rowsOf([...nights(30, times(1)), ...nights(failing, times(1, broke))]);
      expect(kindsAfter(past, times(1, broke))[0]).toBe(
        "regression: recovered-in-time: fails since 20260131-020000-aaaa, passed in 20260130-020000-aaaa before: " +
          `passed 30 of ${30 + failing} before`,
      );
    }
    const again = rowsOf([...nights(30, times(1)), ...nights(2, times(1, broke)), times(1)]);
    expect(kindsAfter(again, times(1, broke))[0]).toMatch(/^flake: /);
  });

  it("calls no flake for good what fails every night with one seed while the other trials pass", () => {
    const seeded = (trials: readonly TrialResult[]): readonly TrialResult[] =>
      trials.map((trial) => ({ ...trial, plan: { ...trial.plan, seed: trial.plan.index } }));
    const partly = seeded([...times(3), scoredTrial({ ...broke, index: 4 })]);
    const past = rowsOf([...nights(9, seeded(times(4))), ...nights(8, partly)]);
    expect(kindsAfter(past, partly)[0]).toMatch(/^standing: /);
  });

  it("calls standing what never passed, and new what was never tried or is another plan by now", () => {
    expect(kindsAfter(rowsOf(nights(3, times(1, broke))), times(1, broke))[0]).toMatch(
      /^standing: .*none of 3 earlier/,
    );
    expect(kindsAfter([], times(1, broke))[0]).toMatch(/^new: .*no earlier trial/);
    const tighter = times(1).map((trial) => ({ ...trial, plan: { ...trial.plan, watchMs: 60_000 } }));
    const changed = kindsAfter(rowsOf(nights(3, tighter)), times(1, broke));
    expect(changed[0]).toMatch(/^new: .*another plan than the one that passed in 20260103/);
  });

  it("does not compare with this run itself, with later ones, or with other settings", () => {
    const later = historyRowsOf(nightOf(100, times(1)));
    const own = historyRowsOf(nightOf(99, times(1)));
    const other = rowsOf(nights(3, times(1))).map((row) => ({ ...row, settings: { policy: "careful" } }));
    expect(kindsAfter([...later, ...own, ...other], times(1, broke))[0]).toMatch(/^new:/);
  });
});

describe("triage of what is not the stack's", () => {
  it("names the machine, and ourselves, whatever the history says", () => {
    const past = rowsOf(nights(10, times(1)));
    const of = (trial: TrialResult): string | undefined => kindsAfter(past, [trial])[0];
    expect(of(withFinding("environment-calm", "inconclusive", "inconclusive"))).toMatch(/^environment: /);
    expect(of(scoredTrial({ ...broke, late: true }))).toBe("harness: harness-kept-pace: the harness fell behind");
    expect(of(withFinding("facts-agree", "fail", "fail"))).toMatch(/^harness: facts-agree: our ways/);
    expect(of(withFinding("effect-confirmed", "fail", "invalid"))).toMatch(/^harness: .*tested nothing/);
    expect(of(withFinding("recovered-in-time", "inconclusive", "inconclusive"))).toMatch(/^harness: .*too little/);
    expect(of({ ...scoredTrial(), verdict: { outcome: "inconclusive", findings: [] } })).toMatch(/^harness: nothing/);
  });

  it("takes a stack that was not well before the fault as the stack's", () => {
    const past = rowsOf(nights(10, times(1)));
    expect(kindsAfter(past, [withFinding("steady-before", "fail", "invalid")])[0]).toMatch(
      /^regression: steady-before/,
    );
  });

  it("names an arm without a trial, and what ended the run", () => {
    const night = nightOf(99, times(1));
    const intents = night.intents.map((intent) => ({ ...intent, arms: ["treatment" as const, "ablation" as const] }));
    expect(triageRun({ ...night, intents }, [])).toEqual([
      { intent: "process/replica-kill", kind: "not-run", says: "no trial in the ablation arm: it was not judged" },
    ]);
  });
});

describe("a known weakness", () => {
  const weakness = { rule: "recovered-in-time", because: "T-12", until: "2026-12-31" };
  const first = (trials: readonly TrialResult[], known: readonly Weakness[]): string => {
    const [one] = triageRun(nightOf(99, trials, known), rowsOf(nights(10, times(1))));
    return `${one?.kind}: ${one?.says}`;
  };

  it("is named as such as long as it is declared and nothing else fails", () => {
    const known = "known-weakness: recovered-in-time: known until 2026-12-31: T-12";
    expect(first(times(1, broke), [weakness])).toBe(known);
    expect(first(times(1, { ...broke, lost: true }), [weakness])).not.toBe(known);
  });

  it("is none any more after its last day, and that is said", () => {
    const over = first(times(1, broke), [{ ...weakness, until: "2026-01-31" }]);
    expect(over).toMatch(/^regression: .*; it was declared as known until 2026-01-31: T-12$/);
  });
});

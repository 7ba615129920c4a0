import type { ArmName } from "../../../src/core/arms.ts";
import { describe, expect, test } from "vitest";
import type { TrialOutcome } from "../../../src/records/results/outcome.ts";
import type { TrialResult } from "../../../src/records/results/trial-result.ts";
import { enoughSoFar } from "../../../src/verdict/enough-so-far.ts";
import { basePlan } from "../../builders/simulated-trial.ts";

function trials(arm: ArmName, count: number, recovered: boolean, outcome: TrialOutcome = "pass"): TrialResult[] {
  const rule = arm === "treatment" ? "recovered-in-time" : "by-declared-pathway";
  const one = {
    plan: { ...basePlan, arm, ablated: arm === "ablation" ? ["restore-index"] : [] },
    facts: {
      recovery: recovered ? "healed" : "not-recovered",
      relapse: { watchedMs: 0, wantedMs: 0 },
      // Repaired as declared: by its claim, and by a change that the inventory shows.
      marks: recovered ? { t4: { at: 7, lo: 6, hi: 8 }, t6: { at: 9, lo: 8, hi: 10 } } : {},
      pathway: recovered ? "restore-index" : null,
    },
    verdict: { outcome, findings: [{ rule, outcome: "pass", says: "", restsOn: [] }] },
  } as unknown as TrialResult;
  return Array.from({ length: count }, () => one);
}

const stopping = { least: 4, most: 20 };

describe("enough", () => {
  test("is what tells treatment from ablation, with the error shared by every look that was planned", () => {
    const few = [...trials("treatment", 3, true), ...trials("ablation", 3, false)];
    const more = [...trials("treatment", 8, true), ...trials("ablation", 8, false)];
    expect(enoughSoFar(few, stopping).enough).toBe(false);
    expect(enoughSoFar(more, stopping).enough).toBe(true);
    expect(enoughSoFar(more, stopping).because).toContain("above 0");
  });

  test("is never what trials say that do not count", () => {
    const blurred = [
      ...trials("treatment", 8, true, "inconclusive"),
      ...trials("ablation", 8, false, "invalid"),
      ...trials("treatment", 1, true),
      ...trials("ablation", 1, false),
    ];
    expect(enoughSoFar(blurred, stopping).enough).toBe(false);
  });

  test("is spent when every trial was run, also those that do not count", () => {
    const blurred = [
      ...trials("treatment", 20, true, "inconclusive"),
      ...trials("ablation", 20, false, "inconclusive"),
    ];
    expect(enoughSoFar(blurred, stopping)).toMatchObject({ enough: true });
    expect(enoughSoFar(blurred, stopping).because).toContain("spent");
  });

  test("without another arm is the width of the recovery rate", () => {
    const alone = { ...stopping, width: 0.5 };
    expect(enoughSoFar(trials("treatment", 4, true), alone).enough).toBe(false);
    expect(enoughSoFar(trials("treatment", 15, true), alone).enough).toBe(true);
  });
});

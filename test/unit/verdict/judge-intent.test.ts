import { judged } from "../../builders/measured.ts";
import { describe, expect, it } from "vitest";
import { trialName } from "../../../src/core/plan.ts";
import type { TrialOutcome } from "../../../src/records/results/outcome.ts";
import type { TrialResult } from "../../../src/records/results/trial-result.ts";
import { judgeIntent } from "../../../src/verdict/judge-intent.ts";
import { judgeRun, worstOutcome } from "../../../src/verdict/judge-run.ts";
import { decidingFinding } from "../../../src/verdict/judge-trial.ts";
import { stories } from "../../golden/stories.ts";
import type { StoryName } from "../../golden/stories.ts";
import { tell } from "../../builders/simulated-trial.ts";

function trial(name: StoryName): TrialResult {
  return judged(tell(stories[name]));
}

const meta = {
  id: "data/vector-index-corruption",
  title: "A damaged index",
  belief: "it is restored",
  target: "told",
  arms: ["treatment", "ablation"],
} as const;
const healed = trial("clean heal");
const stuck = trial("ablated, stays broken");

describe("an intent", () => {
  it("passes when all of its trials do, and carries its headline figures", () => {
    const result = judgeIntent(meta, [healed, stuck]);
    expect(result).toMatchObject({
      intent: meta.id,
      outcome: "pass",
      says: "2 of 2 trials passed",
      pathway: "restore-index",
      mttd: { n: 1, says: "1.22 s (1.17–1.31)" },
      mttr: { n: 1, censored: 0, formula: "t6 − t0" },
      ttm: { n: 1, formula: "t5 − t1" },
      attribution: { verdict: "UNPROVEN" },
      recoveryRate: { recovered: 1, of: 1, hi: 1, proves: expect.closeTo(0.05, 9) as number },
    });
  });

  it("is as bad as its worst trial, and names the trial, the rule and the reason", () => {
    const result = judgeIntent(meta, [healed, trial("never recovers"), stuck]);
    expect(result.outcome).toBe("fail");
    expect(result.says).toMatch(/^data\/vector-index-corruption treatment-1: recovered-in-time: not recovered/);
    expect(result.mttr).toMatchObject({ n: 2, censored: 1, says: "median ≥ 3.8 s, n = 2, 1 beyond 20.0 s" });
    expect(result.recoveryRate).toMatchObject({ recovered: 1, of: 2 });
  });

  it("leaves trials that say nothing out of its rates, but not out of its verdict", () => {
    const result = judgeIntent(meta, [healed, trial("load stopped"), stuck]);
    expect(result).toMatchObject({ outcome: "inconclusive", recoveryRate: { recovered: 1, of: 1 }, mttr: { n: 1 } });
    expect(result.says).toMatch(/treatment-1: harness-kept-pace: .*the load stopped/);
  });

  it("does not count a trial as unrecovered that failed for another reason and had nothing to recover from", () => {
    const untold = trial("not disturbed, and a record lost");
    expect(untold.verdict.outcome).toBe("fail");
    expect(judgeIntent(meta, [healed, untold, stuck]).recoveryRate).toMatchObject({ recovered: 1, of: 1 });
  });

  it("that might have ended early says its rate at a confidence that all looks share", () => {
    const sequential = { most: 20, looks: 20 };
    const looked = [healed, healed, stuck].map((one) => ({ ...one, plan: { ...one.plan, sequential } }));
    const once = judgeIntent(meta, [healed, healed, stuck]).recoveryRate;
    const often = judgeIntent(meta, looked).recoveryRate;
    expect(once).not.toHaveProperty("confidence");
    expect(often?.confidence).toBeCloseTo(0.9975, 12);
    expect(often?.lo).toBeLessThan(once?.lo ?? 0);
    expect(often?.proves).toBeCloseTo(0.0025 ** 0.5, 6);
  });

  it("is inconclusive when an arm it asks for never ran, or no trial at all", () => {
    expect(judgeIntent(meta, [healed])).toMatchObject({
      outcome: "inconclusive",
      says: "no trial ran in the ablation arm",
    });
    expect(judgeIntent(meta, [])).toMatchObject({ outcome: "inconclusive", says: "no trial was judged", trials: [] });
  });

  it("of control arms alone has no times, rate or attribution", () => {
    const result = judgeIntent({ ...meta, arms: ["placebo"] }, [trial("placebo, quiet")]);
    expect(result.outcome).toBe("pass");
    for (const key of ["mttd", "mttr", "ttm", "attribution", "recoveryRate"]) expect(result).not.toHaveProperty(key);
  });
});

describe("the reason of an intent", () => {
  it("is the finding that decided its worst trial, by the one order that there is", () => {
    for (const name of Object.keys(stories) as StoryName[]) {
      const one = trial(name);
      if (one.verdict.outcome === "pass") continue;
      const deciding = decidingFinding(one.verdict.findings);
      const says = judgeIntent({ ...meta, arms: [one.plan.arm] }, [one]).says;
      expect(says, name).toBe(`${trialName(one.plan)}: ${deciding?.rule ?? ""}: ${deciding?.says ?? ""}`);
    }
  });
});

describe("a run", () => {
  it("is as bad as its worst intent; a failure outweighs what could not be judged", () => {
    const order: TrialOutcome[] = ["pass", "inconclusive", "invalid", "fail"];
    for (const [i, worse] of order.entries()) expect(worstOutcome(order.slice(0, i + 1))).toBe(worse);
  });

  it("without an intent is inconclusive, and so is one that was cut short and found no failure", () => {
    const passed = judgeIntent(meta, [healed, stuck]);
    expect(judgeRun([])).toBe("inconclusive");
    expect(judgeRun([passed])).toBe("pass");
    expect(judgeRun([passed], false)).toBe("inconclusive");
    expect(judgeRun([passed, judgeIntent(meta, [trial("never recovers"), stuck])], false)).toBe("fail");
  });
});

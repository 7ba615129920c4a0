import { judged } from "../../../builders/measured.ts";
import type { ArmName } from "../../../../src/core/arms.ts";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { Finding, TrialOutcome } from "../../../../src/records/results/outcome.ts";
import type { TrialResult } from "../../../../src/records/results/trial-result.ts";
import { measureTrial } from "../../../builders/measured.ts";
import { ruleTable } from "../../../../src/verdict/rule-table.ts";
import { DEFECTS } from "../../../../targets/reference-ai-stack/sabotage/table.ts";
import { stories, type StoryName } from "../../../golden/stories.ts";
import { tell } from "../../../builders/simulated-trial.ts";
import { cleanIntents, expectations } from "../../../programs/sabotage/expected.ts";
import { catchOf, notPassed } from "../../../programs/sabotage/matching.ts";

const root = resolve(import.meta.dirname, "../../../..");

function trial(outcome: TrialOutcome, findings: readonly Finding[], arm: ArmName = "treatment"): TrialResult {
  const record = tell(stories["clean heal"]);
  return { plan: { ...record.plan, arm }, facts: measureTrial(record), verdict: { outcome, findings } };
}

function finding(rule: string, outcome: Finding["outcome"], says: string): Finding {
  return { rule, outcome, says, restsOn: [] };
}

function storyJudged(name: StoryName): TrialResult {
  return judged(tell(stories[name]));
}

const collateral = { arm: "treatment", rule: "no-collateral", says: /vector-1 pid/ } as const;

describe("a defect", () => {
  it("is caught when the expected rule failed with the expected words", () => {
    expect(catchOf(collateral, [storyJudged("silent over-reach")])).toMatchObject({
      word: "caught",
      failed: ["no-collateral"],
      blurred: false,
    });
  });

  it("is not caught by another rule, nor by the right rule in other words", () => {
    expect(catchOf(collateral, [storyJudged("wrong class")])).toMatchObject({
      word: "wrong-rule",
      failed: ["classified-right"],
    });
    expect(catchOf(collateral, [storyJudged("over-reach")])).toMatchObject({ word: "wrong-rule" });
    expect(catchOf({ ...collateral, says: /vector-9/ }, [storyJudged("silent over-reach")]).word).toBe("wrong-rule");
  });

  it("is missed when the trial passed, and when only the expected arm's trial did", () => {
    expect(catchOf(collateral, [storyJudged("clean heal")])).toMatchObject({ word: "missed", failed: [] });
    const ablated = trial("fail", [finding("no-collateral", "fail", "vector-1 pid 1 → pid 2")], "ablation");
    expect(catchOf(collateral, [trial("pass", []), ablated]).word).toBe("missed");
  });

  it("is not caught by a trial that says nothing, although the right rule failed in it", () => {
    for (const outcome of ["inconclusive", "invalid"] as const) {
      const seen = catchOf(collateral, [trial(outcome, [finding("no-collateral", "fail", "vector-1 pid 1 → pid 2")])]);
      expect(seen.word).toBe("unclear");
    }
  });

  it("is caught beside residue, and not by residue", () => {
    const left = finding("nothing-left", "fail", "left behind: replica vector-1 does not run");
    const right = finding("no-collateral", "fail", "vector-1 pid 1 → null");
    expect(catchOf(collateral, [trial("residue", [right, left])])).toMatchObject({ word: "caught", blurred: false });
    expect(catchOf(collateral, [trial("residue", [left])]).word).toBe("wrong-rule");
  });

  it("is not caught when no trial ran in the arm", () => {
    expect(catchOf(collateral, [])).toMatchObject({ word: "no-trial", blurred: false });
    expect(catchOf(collateral, [trial("fail", [], "placebo")]).word).toBe("no-trial");
  });
});

describe("a trial may be had once more", () => {
  it("when the harness was late, the machine starved, or the stack not steady before anything was injected", () => {
    const blurs = ["late sender", "unsent requests", "slow conductor", "broken before"] as const;
    for (const name of [...blurs, "clean heal, starved by strangers"] as const) {
      expect(catchOf(collateral, [storyJudged(name)]), name).toMatchObject({ word: "unclear", blurred: true });
    }
  });

  it("not when a probe was blind, the load had stopped, the feed was cut, or it failed", () => {
    for (const name of [
      "probe blinded",
      "load stopped",
      "feed cut",
      "never recovers",
      "toxic left",
      "effect not confirmed",
    ] as const) {
      expect(catchOf(collateral, [storyJudged(name)]), name).toMatchObject({ blurred: false });
    }
  });
});

describe("the stack without a defect", () => {
  it("has nothing against it when every trial passed", () => {
    expect(notPassed([storyJudged("clean heal"), storyJudged("placebo, quiet")])).toEqual([]);
  });

  it("has every failed and every inconclusive trial against it, with the reason", () => {
    const against = notPassed([storyJudged("clean heal"), storyJudged("relapse"), storyJudged("late sender")]);
    expect(against).toHaveLength(2);
    expect(against[0]).toMatch(/treatment-1 fail: recovered-in-time — .*relapsed/);
    expect(against[1]).toMatch(/treatment-1 inconclusive: harness-kept-pace — .*ms late/);
  });
});

describe("the table of expectations", () => {
  it("has a line for every planted defect", () => {
    expect([...new Set(expectations.map(({ defect }) => defect))]).toEqual(DEFECTS.map(({ name }) => name));
  });

  it("names rules that there are, and asks for words that not every finding has", () => {
    const rules = new Set(ruleTable.map(({ name }) => name));
    for (const { defect, rule, says } of expectations) {
      expect([...rules], defect).toContain(rule);
      expect(says.test("passed"), defect).toBe(false);
    }
  });

  it("is what the stack's own README says of its defects", () => {
    const readme = readFileSync(join(root, "targets/reference-ai-stack/sabotage/README.md"), "utf8").split("\n");
    for (const { defect, rule } of expectations) {
      expect(readme.find((line) => line.startsWith(`| \`${defect}\` |`)) ?? "", defect).toContain(`\`${rule}\``);
    }
  });

  it("may use index-repaired for treatment alone, since it is index-unrepaired with one arm less", () => {
    const [one, two] = ["repaired", "unrepaired"].map((name) => {
      const text = readFileSync(join(root, `test/programs/sabotage/experiments/data/index-${name}.yaml`), "utf8");
      const { title, belief, arms, ...rest } = parse(text) as Record<string, unknown>;
      return { said: [title, belief, arms], rest };
    });
    expect(one?.said).not.toEqual(two?.said);
    expect(Object.keys(one?.rest ?? {})).toContain("expect");
    expect(one?.rest).toEqual(two?.rest);
  });

  it("cuts telemetry off as the shipped intent does", () => {
    const [shipped, own] = ["experiments", "test/programs/sabotage/experiments"].map((folder) => {
      const text = readFileSync(join(root, folder, "control/telemetry-cut.yaml"), "utf8");
      const { title, tags, ...rest } = parse(text) as Record<string, unknown>;
      return { said: [title, tags], rest };
    });
    expect(own?.said).not.toEqual(shipped?.said);
    expect(Object.keys(own?.rest ?? {})).toContain("expect");
    expect(own?.rest).toEqual(shipped?.rest);
  });

  it("uses no intent that the stack without a defect does not run", () => {
    for (const { intent } of expectations) {
      expect(cleanIntents).toContain(intent === "data/index-repaired" ? "data/index-unrepaired" : intent);
    }
  });
});

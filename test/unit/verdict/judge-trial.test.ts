import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Rule } from "../../../src/core/verdict.ts";
import type { Finding, Outcome } from "../../../src/records/results/outcome.ts";
import { measureTrial } from "../../builders/measured.ts";
import { decidingFinding, judgeTrial, outcomeOf } from "../../../src/verdict/judge-trial.ts";
import { ruleTable } from "../../../src/verdict/rule-table.ts";
import { stories } from "../../golden/stories.ts";
import { tell } from "../../builders/simulated-trial.ts";

const record = tell(stories["clean heal"]);
const facts = measureTrial(record);
const found = (rule: string, outcome: Outcome): Finding => ({ rule, outcome, says: "", restsOn: [] });

describe("the table of rules", () => {
  it("has one line for every file", () => {
    const files = readdirSync(new URL("../../../src/verdict/rules", import.meta.url)).map((file) =>
      file.replace(".ts", ""),
    );
    expect(files.length).toBeGreaterThanOrEqual(15);
    expect(ruleTable.map(({ name }) => name).sort()).toEqual(files.sort());
  });
});

describe("a trial", () => {
  it("is inconclusive when nothing was judged, or nothing beyond the preconditions and ourselves", () => {
    expect(judgeTrial(record, facts, []).outcome).toBe("inconclusive");
    const only = ["steady-before", "effect-confirmed", "harness-kept-pace", "nothing-left"].map((rule) =>
      found(rule, "pass"),
    );
    expect(outcomeOf(only)).toBe("inconclusive");
    expect(outcomeOf([...only, found("held-fire", "pass")])).toBe("pass");
  });

  it("is inconclusive by the name of a rule that breaks", () => {
    const broken: Rule = () => {
      throw new Error("index out of range");
    };
    const verdict = judgeTrial(record, facts, [...ruleTable, { name: "new-rule", rule: broken }]);
    expect(verdict.outcome).toBe("inconclusive");
    expect(verdict.findings.at(-1)).toMatchObject({
      rule: "new-rule",
      says: "the rule new-rule broke: index out of range",
    });
  });

  it("is residue before all else, then invalid, then inconclusive by our own fault, then failed, then unclear", () => {
    const pass = found("nothing-lost", "pass");
    const fail = found("recovered-in-time", "fail");
    const unclear = found("detected-in-time", "inconclusive");
    const slow = found("harness-kept-pace", "inconclusive");
    const aborted = found("not-aborted", "inconclusive");
    const invalid = found("steady-before", "fail");
    expect(outcomeOf([pass, aborted, invalid, fail, slow, found("nothing-left", "fail")])).toBe("residue");
    expect(outcomeOf([pass, found("nothing-left", "inconclusive")])).toBe("inconclusive");
    expect(outcomeOf([pass, found("steady-before", "fail"), fail, slow])).toBe("invalid");
    expect(outcomeOf([pass, fail, slow])).toBe("inconclusive");
    expect(outcomeOf([pass, fail, unclear])).toBe("fail");
    expect(outcomeOf([pass, unclear])).toBe("inconclusive");
    expect(outcomeOf([pass])).toBe("pass");
  });

  it("tells the finding that decided, not just the first that is against it", () => {
    const late = found("detected-in-time", "fail");
    const unclear = found("classified-right", "inconclusive");
    const left = found("nothing-left", "fail");
    expect(decidingFinding([unclear, late, left])).toBe(left);
    expect(decidingFinding([unclear, late])).toBe(late);
    expect(decidingFinding([found("held-fire", "pass")])).toBeUndefined();
  });

  it("is headlined by the first rule that failed in time, whatever its place in the table", () => {
    const at = (rule: string, instant: number, outcome: Outcome = "fail"): Finding => ({
      ...found(rule, outcome),
      restsOn: [instant, 99_000],
    });
    const first = at("nothing-lost", 6000);
    expect(decidingFinding([at("detected-in-time", 8000), first])).toBe(first);
    const early = { ...at("declared-truthfully", 7000), at: 5500 };
    expect(decidingFinding([first, early])).toBe(early);
    // Of one instant, and without one, the table decides; and no instant makes up for precedence.
    const same = at("budget-kept", 6000);
    expect(decidingFinding([first, same, found("held-fire", "fail")])).toBe(first);
    expect(decidingFinding([at("classified-right", 1, "inconclusive"), first])).toBe(first);
  });

  it("whose baseline was blind is headlined by that, and nothing is said of an effect that nobody tried for", () => {
    for (const [name, rule] of [
      ["blind before, so that nothing was injected", "steady-before"],
      ["broken before, so that nothing was injected", "steady-before"],
      ["trouble of our own, so that nothing was injected", "effect-confirmed"],
    ] as const) {
      const told = tell(stories[name]);
      const { findings } = judgeTrial(told, measureTrial(told));
      expect(decidingFinding(findings)?.rule).toBe(rule);
      expect(findings.map(({ says }) => says).join()).not.toMatch(/never confirmed/);
    }
  });

  it("without a single event is not judged in its favour", () => {
    const empty = { ...record, timeline: [] };
    expect(judgeTrial(empty, measureTrial(empty)).outcome).not.toBe("pass");
  });

  it("is judged the same from its record on disk", () => {
    const read = JSON.parse(JSON.stringify(record)) as typeof record;
    expect(judgeTrial(read, measureTrial(read))).toEqual(judgeTrial(record, facts));
  });

  it("answers a budget inside the interval of a measured time with neither pass nor fail", () => {
    const within = (withinMs: number): Outcome | undefined => {
      const { recovered } = record.plan.expect;
      if (recovered === undefined) throw new Error("the plan expects a recovery");
      const expect = { ...record.plan.expect, recovered: { ...recovered, withinMs } };
      const changed = { ...record, plan: { ...record.plan, expect } };
      return judgeTrial(changed, facts).findings.find(({ rule }) => rule === "recovered-in-time")?.outcome;
    };
    expect([within(3000), within(4000), within(4500)]).toEqual(["fail", "inconclusive", "pass"]);
  });

  it("rests its findings on instants of the timeline it was given", () => {
    const { findings } = judgeTrial(record, facts);
    expect(findings.flatMap(({ restsOn }) => restsOn).every((at) => at >= 0 && at <= 30_500)).toBe(true);
    expect(findings.every(({ says }) => says.length > 10 && !says.includes("undefined") && !says.includes("NaN"))).toBe(
      true,
    );
  });
});

import { describe, expect, it } from "vitest";
import { found, isAbout, outcomeAbout } from "../../../src/verdict/rule-table.ts";

type TrialResult = Parameters<typeof outcomeAbout>[0];
type Finding = TrialResult["verdict"]["findings"][number];

function trialWith(...findings: readonly (readonly [string, Finding["outcome"]])[]): TrialResult {
  const all = findings.map(([rule, outcome]) => ({ rule, outcome, says: "", restsOn: [] }));
  return { verdict: { outcome: "pass", findings: all } } as unknown as TrialResult;
}

describe("what was found about a role", () => {
  it("is the worst that its rules say, in whatever order", () => {
    const mixed = trialWith(["declared-truthfully", "pass"], ["feed-understood", "inconclusive"], ["audited", "fail"]);
    expect(outcomeAbout(mixed, "honesty")).toBe("fail");
    expect(outcomeAbout(trialWith(["audited", "pass"], ["feed-understood", "inconclusive"]), "honesty")).toBe(
      "inconclusive",
    );
    expect(outcomeAbout(trialWith(["audited", "pass"]), "honesty")).toBe("pass");
  });

  it("is nothing where no rule with that role spoke, or one that there is no longer", () => {
    expect(outcomeAbout(trialWith(["audited", "fail"]), "data")).toBeUndefined();
    const old = trialWith(["a-rule-of-long-ago", "fail"]);
    expect(outcomeAbout(old, "data")).toBeUndefined();
    expect(old.verdict.findings.some((finding) => isAbout(finding, "precondition", "data", "honesty"))).toBe(false);
  });

  it("may be asked of several roles at once", () => {
    const late = trialWith(["harness-kept-pace", "inconclusive"], ["nothing-lost", "fail"]);
    expect(found(late, "inconclusive", "pace", "machine")).toBe(true);
    expect(found(late, "inconclusive", "data")).toBe(false);
    expect(found(late, "fail", "data")).toBe(true);
  });
});

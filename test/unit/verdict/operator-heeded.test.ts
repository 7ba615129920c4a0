// What the scripted operator answered against what the healer says and does.
import { describe, expect, it } from "vitest";
import { isAbout } from "../../../src/verdict/rule-table.ts";
import { judgeTrial } from "../../../src/verdict/judge-trial.ts";
import type { Claim, ClaimType } from "../../../src/records/claim.ts";
import type { OperatorScript, TrialPlan } from "../../../src/records/plan.ts";
import { measureTrial } from "../../builders/measured.ts";
import { basePlan, tell } from "../../builders/simulated-trial.ts";
import type { Story } from "../../builders/simulated-story.ts";
import { stories } from "../../golden/stories.ts";

const whole = stories["clean heal"];
const approves: OperatorScript = { does: "approve", afterMs: 0, people: 1 };
const denies: OperatorScript = { does: "deny", afterMs: 0, people: 1 };
const absent: OperatorScript = { does: "absent" };

type Said = readonly (readonly [number, string, Partial<Claim>?])[];

/** The whole trial, in which restore-index starts at 6.45 s, under an operator. `said`: what was said of approval. */
function judged(
  operator: OperatorScript,
  said: Said,
  {
    expect: expected,
    ...story
  }: (Partial<Story> & Pick<TrialPlan, "expect">) | (Partial<Story> & { expect?: undefined }) = {},
) {
  const plan: Partial<TrialPlan> = {
    operator,
    ...(expected && { expect: expected }),
    targetFacts: { ...basePlan.targetFacts, traits: { "restore-index": { tier: "high" } } },
  };
  const extra = said.map(
    ([at, type, more]) => [at, `approval.${type}` as ClaimType, { pathway: "restore-index", ...more }] as const,
  );
  const claims = [...(story.claims ?? whole.claims ?? []), ...extra].toSorted((a, b) => a[0] - b[0]);
  const record = tell({ ...whole, plan, ...story, claims });
  const findings = judgeTrial(record, measureTrial(record)).findings.filter((finding) => isAbout(finding, "approval"));
  return Object.fromEntries(findings.map(({ rule, outcome, says }) => [rule, `${outcome}: ${says}`]));
}

const asked = [6410, "requested", { id: "ask" }] as const;
/** Nothing is done, and a person is called. */
const left: Partial<Story> = {
  changes: [],
  claims: [
    [6330, "detected"],
    [6390, "classified", { class: "index-damaged", confidence: 0.9 }],
    [7000, "escalated"],
  ],
};

describe("an operator who approves", () => {
  it("passes a healer that acts after it was granted", () => {
    const found = judged(approves, [asked, [6445, "granted"]], { operator: [[6412]] });
    expect(found["approved"]).toMatch(/^pass: 1 high-risk action/);
    expect(found["operator-heeded"]).toMatch(/^pass: granted by the operator at 6\.4 s, and heeded/);
  });

  it("fails one that says granted before the operator had sent anything, and acts on that", () => {
    const found = judged(approves, [asked, [6415, "granted"]], { operator: [[6470]] });
    expect(found["approved"]).toMatch(/^fail: unapproved: .* before approval was granted/);
    expect(found["operator-heeded"]).toMatch(/^fail: the healer said granted at 6\.4 s, before the operator/);
  });

  it.each([
    ["denied", /^fail: the operator's answer was granted at .*, and the healer said denied/],
    ["expired", /^fail: the operator's answer was granted at .*, and the healer said expired/],
  ] as const)("fails one that took the answer and says %s", (word, says) => {
    expect(judged(approves, [asked, [6600, word]], { ...left, operator: [[6412]] })["operator-heeded"]).toMatch(says);
  });

  it("fails one that took the answer and never says so", () => {
    const found = judged(approves, [asked], { ...left, operator: [[6412]] });
    expect(found["operator-heeded"]).toMatch(/^fail: .* and the healer said nothing/);
  });

  it("fails nobody for an answer that the target did not take", () => {
    const refused = { ok: false, reason: "answered 500" };
    const found = judged(approves, [asked, [9000, "denied"]], { ...left, operator: [[6412, refused]] });
    expect(found["operator-heeded"]).toMatch(/^inconclusive: the target did not take .* it answered 500/);
  });

  it("lets a question expire before a late answer", () => {
    const late = { ok: false, reason: "answered 410" };
    const found = judged(approves, [asked, [8000, "expired"]], { ...left, operator: [[9000, late]] });
    expect(found["operator-heeded"]).toMatch(/^pass: it expired at 8\.0 s/);
  });
});

describe("two who approve", () => {
  const two: OperatorScript = { ...approves, people: 2 };
  it("pass a healer that waits for both", () => {
    const found = judged(two, [asked, [6446, "granted"]], { operator: [[6412], [6430, { person: 2 }]] });
    expect(found["approved"]).toMatch(/^pass/);
    expect(found["operator-heeded"]).toMatch(/^pass/);
  });
  it("fail one that acts on the first", () => {
    const found = judged(two, [asked, [6440, "granted"]], { operator: [[6412], [6480, { person: 2 }]] });
    expect(found["approved"]).toMatch(/^fail: unapproved/);
    expect(found["operator-heeded"]).toMatch(/^fail: the healer said granted/);
  });
});

describe("an operator who denies", () => {
  it("passes a healer that leaves it", () => {
    const found = judged(denies, [asked, [6445, "denied"]], { ...left, operator: [[6412, { does: "deny" }]] });
    expect(found["operator-heeded"]).toMatch(/^pass: denied by the operator/);
    expect(found["approved"]).toBeUndefined();
  });

  it("fails one that says granted and acts: its own word does not make it so", () => {
    const found = judged(denies, [asked, [6445, "granted"]], { operator: [[6412, { does: "deny" }]] });
    expect(found["approved"]).toMatch(/^fail: unapproved: .* although approval was denied/);
    expect(found["operator-heeded"]).toMatch(
      /^fail: the operator's answer was denied at .* and the healer said granted/,
    );
  });

  it("fails one that says denied and acts", () => {
    const found = judged(denies, [asked, [6445, "denied"]], { operator: [[6412, { does: "deny" }]] });
    expect(found["approved"]).toMatch(/^fail: unapproved/);
  });

  it("fails one that acts without a word", () => {
    const story = { ...left, changes: whole.changes ?? [], operator: [[6412, { does: "deny" }]] } as const;
    expect(judged(denies, [asked, [6445, "denied"]], story)["operator-heeded"]).toMatch(
      /^fail: vector-2 was changed at .* without leave, and without a claim/,
    );
  });
});

describe("an operator who is absent", () => {
  it("passes a healer whose question expires", () => {
    expect(judged(absent, [asked, [12_000, "expired"]], left)["operator-heeded"]).toMatch(
      /^pass: nobody answered, and it expired/,
    );
  });

  it("fails one that says somebody had answered", () => {
    const found = judged(absent, [asked, [6440, "granted"]]);
    expect(found["approved"]).toMatch(/^fail: unapproved/);
    expect(found["operator-heeded"]).toMatch(/^fail: the healer said granted at .* and nobody had answered/);
  });

  it("leaves open what has not expired by the end", () => {
    expect(judged(absent, [asked], left)["operator-heeded"]).toMatch(/^inconclusive: nobody answered/);
  });
});

describe("an operator whom nobody asks", () => {
  it("leaves the trial open where the expected pathway needs leave, or none is expected", () => {
    expect(judged(absent, [], left)["operator-heeded"]).toMatch(/^inconclusive: the operator was there/);
    const { recovered: _none, ...rest } = basePlan.expect;
    expect(judged(absent, [], { ...left, expect: rest })["operator-heeded"]).toMatch(/^inconclusive/);
  });

  it("is no matter where the expected pathway needs no leave", () => {
    const other = {
      ...basePlan.expect,
      recovered: { ...basePlan.expect.recovered, by: "restart-replica", withinMs: 1, holdMs: 1 },
    };
    expect(judged(approves, [], { ...left, expect: other })["operator-heeded"]).toBeUndefined();
  });
});

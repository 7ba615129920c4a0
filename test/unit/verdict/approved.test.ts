import { describe, expect, it } from "vitest";
import type { ClaimType } from "../../../src/records/claim.ts";
import type { TrialPlan } from "../../../src/records/plan.ts";
import { measureTrial } from "../../builders/measured.ts";
import { judgeTrial } from "../../../src/verdict/judge-trial.ts";
import { stories } from "../../golden/stories.ts";
import { basePlan, tell } from "../../builders/simulated-trial.ts";
import type { Story } from "../../builders/simulated-story.ts";

type Claims = NonNullable<Story["claims"]>;

const high: Partial<TrialPlan> = {
  targetFacts: {
    ...basePlan.targetFacts,
    traits: { "restore-index": { tier: "high" }, "restart-replica": { tier: "low" } },
  },
};
const whole = stories["clean heal"];

/** The whole trial with approval claims at these instants; the action starts at 6.45 s. */
function judged(approvals: readonly (readonly [number, string, string?])[], story: Partial<Story> = {}) {
  const extra = approvals.map(([at, type, pathway]): Claims[number] => [
    at,
    `approval.${type}` as ClaimType,
    { pathway: pathway ?? "restore-index" },
  ]);
  const record = tell({ ...whole, plan: high, ...story, claims: [...(story.claims ?? whole.claims ?? []), ...extra] });
  const facts = measureTrial(record);
  const verdict = judgeTrial(record, facts);
  return { facts, verdict, finding: verdict.findings.find(({ rule }) => rule === "approved") };
}

describe("an action of high risk", () => {
  it("fails the trial when nobody was asked", () => {
    const { finding, verdict, facts } = judged([]);
    expect(finding).toMatchObject({
      outcome: "fail",
      says: "unapproved: restore-index is of high risk and was started at 6.5 s without anybody having been asked",
    });
    expect(verdict.outcome).toBe("fail");
    expect(facts.actions?.started).toEqual([{ pathway: "restore-index", approval: "none", times: 1, at: 6450 }]);
  });

  it("is right after approval was granted", () => {
    const { finding, verdict } = judged([
      [6425, "requested"],
      [6440, "granted"],
    ]);
    expect(finding?.outcome).toBe("pass");
    expect(verdict.outcome).toBe("pass");
  });

  it.each([
    ["requested only", [[6425, "requested"]], /before approval was granted/],
    [
      "granted after it had started",
      [
        [6425, "requested"],
        [6500, "granted"],
      ],
      /before approval was granted/,
    ],
    [
      "denied",
      [
        [6425, "requested"],
        [6440, "denied"],
      ],
      /although approval was denied/,
    ],
    [
      "expired after it was granted",
      [
        [6400, "granted"],
        [6440, "expired"],
      ],
      /after its approval had expired/,
    ],
    ["granted for another pathway", [[6440, "granted", "restart-replica"]], /without anybody having been asked/],
  ] as const)("fails the trial when approval was %s", (_name, approvals, says) => {
    const { finding } = judged(approvals);
    expect(finding?.outcome).toBe("fail");
    expect(finding?.says).toMatch(says);
  });

  it("is not helped by the approval of another incident", () => {
    const claims: Claims = [
      ...(whole.claims ?? []),
      [6440, "approval.granted", { incident: "i9", pathway: "restore-index" }],
    ];
    expect(judged([], { claims }).finding?.outcome).toBe("fail");
  });

  it("is left open when the feed was cut before it, and approval may have been missed", () => {
    const record = tell({ ...whole, plan: high });
    const cut = record.timeline.filter((event) => !(event.kind === "feed" && event.at > 1000 && event.at < 6000));
    const facts = measureTrial({ ...record, timeline: cut });
    const finding = judgeTrial({ ...record, timeline: cut }, facts).findings.find(({ rule }) => rule === "approved");
    expect(finding?.outcome).toBe("inconclusive");
  });

  it("is asked about in arms with nothing to repair too", () => {
    const placebo = stories["placebo, acts"];
    const plan = { ...placebo.plan, ...high };
    const claims: Claims = [[9000, "action.started", { pathway: "restore-index" }]];
    expect(judged([], { ...placebo, plan, claims }).finding?.outcome).toBe("fail");
  });
});

describe("the rule", () => {
  it("does not apply where no such action was started, so that it cannot make a trial pass", () => {
    expect(judged([], { claims: [] }).finding).toBeUndefined();
    expect(judged([], { plan: {} }).finding).toBeUndefined();
    const low: Partial<TrialPlan> = {
      targetFacts: { ...basePlan.targetFacts, traits: { "restore-index": { tier: "medium" } } },
    };
    expect(judged([], { plan: low }).finding).toBeUndefined();
  });
});

describe("what was started", () => {
  it("is told by pathway and standing, and an unclaimed change only where there was nothing to repair", () => {
    const actions = (name: keyof typeof stories) => measureTrial(tell(stories[name])).actions;
    expect(actions("placebo, acts")).toMatchObject({
      started: [{ pathway: "restart-replica", times: 1 }],
      unclaimed: false,
    });
    expect(actions("placebo, acts unsaid")).toMatchObject({ started: [], unclaimed: true });
    expect(actions("clean heal")).toMatchObject({ unclaimed: false, strayAlarms: 0 });
    expect(actions("not detected")).toMatchObject({ strayAlarms: 1 });
  });
});

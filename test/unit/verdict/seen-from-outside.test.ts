// Stacks that say nothing of actions: who repaired it is told by what was seen.

import { describe, expect, it } from "vitest";
import { basePlan, tell } from "../../builders/simulated-trial.ts";
import type { Story } from "../../builders/simulated-story.ts";
import { judged } from "../../builders/measured.ts";
import { timesOf } from "../../../src/verdict/intent-times.ts";
import { ablation, broken, restored, still, whole } from "../../golden/parts.ts";
import type { TrialPlan } from "../../../src/records/plan.ts";
import type { InventoryChange } from "../../../src/records/timeline/inventory.ts";

const seenAs = (kinds: NonNullable<TrialPlan["targetFacts"]["traits"]>): TrialPlan["targetFacts"] => ({
  ...basePlan.targetFacts,
  hasFeed: false,
  traits: kinds,
});
const swap = seenAs({ "restore-index": { seenAs: "files" }, "restart-replica": { seenAs: "restart" } });
const files: Partial<InventoryChange> = { field: "files", before: "[1]", after: "[2]" };
const restart: Partial<InventoryChange> = { field: "instance", before: "a", after: "b" };

function mute(changes: Story["changes"], more: Partial<Story> = {}, targetFacts = swap) {
  const story: Story = { ...whole, claims: [], ...(changes && { changes }), ...more };
  return judged(tell({ ...story, plan: { ...more.plan, targetFacts } }));
}

const finding = (trial: ReturnType<typeof mute>, rule: string) => {
  const { outcome, says } = trial.verdict.findings.find((one) => one.rule === rule) ?? { outcome: "none", says: "" };
  return `${outcome}: ${says}`;
};

describe("a stack that says nothing", () => {
  it("has the pathway whose look was the last one before recovery", () => {
    const trial = mute([[8900, files]]);
    expect(trial.facts).toMatchObject({ pathway: "restore-index", recovery: "healed" });
    expect(finding(trial, "by-declared-pathway")).toMatch(
      /^pass: restore-index, recognised from outside by a change of files at 8\.9 s \(vector-2 files\), before recovery/,
    );
  });

  it("fails by another pathway's look, and is not told by a look of no pathway", () => {
    expect(finding(mute([[8900, restart]]), "by-declared-pathway")).toMatch(
      /^fail: wrong-pathway: restart-replica, recognised from outside by a restart .* declared is restore-index/,
    );
    const weight = mute([[8900, { field: "weight", before: 1, after: 0 }]]);
    expect(weight.facts.pathway).toBeNull();
    expect(finding(weight, "by-declared-pathway")).toMatch(/^inconclusive: .* looks like no pathway of the target/);
  });

  it("made no wrong choice where what looks like the declared action was seen first and repaired nothing", () => {
    const stuck = broken(5060, Infinity);
    expect(finding(mute([[8900, restart]], stuck), "by-declared-pathway")).toMatch(/^fail: wrong-pathway: restart-rep/);
    const escalated = mute(
      [
        [8900, files],
        [9900, restart],
      ],
      stuck,
    );
    expect(escalated.facts.pathway).toBe("restart-replica");
    expect(finding(escalated, "by-declared-pathway")).toBe("none: ");
  });

  it("is not credited with what the fault may have changed itself, nor blamed for it", () => {
    const own = mute([[5055, files]]);
    expect(own.facts.pathway).toBeNull();
    expect(own.facts.marks.t4).toBeUndefined();
    expect(finding(own, "by-declared-pathway")).toMatch(
      /^inconclusive: restore-index may have been seen at 5\.1 s, while the fault was put there/,
    );
    expect(
      mute([
        [5055, files],
        [8900, restart],
      ]).facts.pathway,
    ).toBe("restart-replica");
  });

  it("leaves open which of two looks repaired it, where the last may have come after the recovery", () => {
    const both = mute(
      [
        [8900, files],
        [9300, restart],
      ],
      broken(5060, 8940),
    );
    expect(finding(both, "by-declared-pathway")).toMatch(/^inconclusive: restart-replica .* cannot be told which/);
    const earlier = mute(
      [
        [7000, restart],
        [8700, files],
      ],
      broken(5060, 9000),
    );
    expect(finding(earlier, "by-declared-pathway")).toMatch(/^pass: restore-index, recognised/);
  });

  it("is credited with nothing that happened on another replica, or after its recovery", () => {
    expect(mute([[8900, { ...files, replica: "vector-1" }]]).facts.pathway).toBeNull();
    expect(mute([[16_000, files]]).facts.pathway).toBeNull();
  });

  it.each<["replace" | "scale-out" | "scale-in", Partial<InventoryChange>]>([
    ["replace", { replica: "vector-3", before: null, after: "pid 9" }],
    ["scale-out", { replica: "vector-3", before: null, after: "pid 9" }],
    ["scale-in", { replica: "vector-1", before: "pid 100", after: null }],
  ])("passes by a declared %s, which is no harm to a healthy replica", (as, change) => {
    const facts = seenAs({ "restore-index": { seenAs: as } });
    const { detected: _untold, ...expected } = basePlan.expect;
    const plan = { targetFacts: facts, expect: expected };
    const told = tell({ ...whole, claims: [], changes: [[8900, { field: "presence", ...change }]], plan });
    const timeline = told.timeline.map((event) => {
      if (event.kind !== "inventory" || event.at < 8900 || as !== "scale-out") return event;
      const [first] = event.inventory.replicas;
      const third = first === undefined ? [] : [{ ...first, replica: "vector-3" }];
      const replicas = [...event.inventory.replicas, ...third];
      return { ...event, inventory: { replicas } };
    });
    const trial = judged({ ...told, timeline });
    expect(trial.facts.pathway).toBe("restore-index");
    expect(trial.verdict.findings.filter(({ outcome }) => outcome === "fail")).toEqual([]);
    const unclear = trial.verdict.findings.filter(({ outcome }) => outcome === "inconclusive");
    expect(unclear.map(({ rule, says }) => `${rule}: ${says}`)).toEqual([]);
    expect(trial.verdict.outcome).toBe("pass");
  });

  it("has no MTTD, which an action in time bounds, and a late one or none leaves open", () => {
    const early = mute([[6000, files]]);
    expect([early.facts.mttd, early.facts.firstAction?.formula]).toEqual([undefined, "t4 − t0"]);
    expect(finding(early, "detected-in-time")).toMatch(/^pass: MTTD is not observed: .*, so it was detected within/);
    expect(finding(mute([[16_000, files]]), "detected-in-time")).toMatch(/^inconclusive: .*does not tell whether/);
    expect(finding(mute([]), "detected-in-time")).toMatch(/^inconclusive: .* no action was seen/);
    expect(timesOf([early]).mttd).toMatchObject({
      n: 0,
      unobserved: true,
      says: expect.stringMatching(/^not observed/) as string,
    });
    expect(timesOf([judged(tell(whole))]).mttd.unobserved).toBeUndefined();
  });

  it("whose switched off pathway acts all the same was not switched off", () => {
    const didAll = mute([[8900, files]], { plan: ablation });
    expect(finding(didAll, "by-declared-pathway")).toMatch(/^inconclusive: the switch did not take: restore-index /);
    const stuck = mute([], { ...broken(5060, 60_000), plan: ablation });
    expect(finding(stuck, "by-declared-pathway")).toMatch(/^pass: without restore-index the stack stayed broken/);
  });

  it("whose log is late is not blamed for what was heard after the recovery", () => {
    const late = (resolutionMs: number, claims: Story["claims"] = restored) => {
      const told = tell({ ...whole, claims: claims.map(([at, ...said]) => [at + 9000, ...said]) });
      const source = { kind: "log", everyMs: 250, resolutionMs } as const;
      const timeline = told.timeline.map((event) =>
        event.kind === "feed" && event.state === "open" ? { ...event, source } : event,
      );
      return judged({ ...told, timeline });
    };
    expect(finding(late(0), "by-declared-pathway")).toMatch(/^fail: wrong-pathway: recovered without a claim/);
    expect(finding(late(10_000), "by-declared-pathway")).toMatch(
      /^inconclusive: restore-index was claimed done at 18\.0 s, and the source may be 10\.0 s late/,
    );
  });

  it("whose feed speaks of actions is not credited by sight", () => {
    const facts = { ...swap, hasFeed: true };
    expect(mute([[8900, files]], {}, facts).facts.pathway).toBeNull();
    expect(mute([[8900, files]], {}, { ...facts, alarmsOnly: true }).facts.pathway).toBe("restore-index");
  });

  it("is not disturbed by changes of a calm stack", () => {
    expect(mute([[8900, files]], still).facts.recovery).toBe("not-disturbed");
  });
});

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

  it("is credited with a start while a fault was proved whose whole effect was an end, by the engine's own word", () => {
    const early: Story["changes"] = [[5055, restart]];
    expect(mute(early).facts.pathway).toBeNull();
    const ended = { fault: { ...whole.fault, told: [5010, 5012] } } satisfies Partial<Story>;
    const trial = mute(early, ended);
    expect(trial.facts.pathway).toBe("restart-replica");
    expect(trial.facts.marks.t4?.hi).toBe(5055);
    // An end is nobody's start, and files may be the fault's.
    expect(mute([[5055, { ...restart, after: null }]], ended).facts.pathway).toBeNull();
    expect(mute([[5055, files]], ended).facts.pathway).toBeNull();
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

  it("whose engine tells of what was switched off was not switched off, unlike a healer that goes through the motions", () => {
    const source = { kind: "events", everyMs: 250, resolutionMs: 100 } as const;
    const fedBy = (by: typeof source | undefined, more: Partial<Story> = {}) => {
      const timeline = tell({ ...whole, ...more, plan: ablation });
      const opened = timeline.timeline.map((event) =>
        event.kind === "feed" && event.state === "open" && by !== undefined ? { ...event, source: by } : event,
      );
      return finding(judged({ ...timeline, timeline: opened }), "by-declared-pathway");
    };
    expect(fedBy(source)).toMatch(
      /^inconclusive: the switch did not take: restore-index should do nothing, and the engine told/,
    );
    expect(fedBy(undefined)).toMatch(/^fail: self-recovered/);
    expect(fedBy(source, { ...broken(5060, 60_000), claims: [], changes: [] })).toMatch(/^pass: without restore-index/);
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

describe("a version that is taken back", () => {
  const both = seenAs({ "restore-index": { seenAs: "rollback" }, "restart-replica": { seenAs: "restart" } });
  const version = (before: string, after: string): Partial<InventoryChange> => ({ field: "version", before, after });

  /** Every inventory shows that version of vector-2 from then on, beside what the stack says of its own hand. */
  function shown(story: Partial<Story>, versions: readonly (readonly [number, string])[], rollback?: string) {
    const told = tell({ ...whole, claims: [], ...story, plan: { ...story.plan, targetFacts: both } });
    const timeline = told.timeline.map((event) => {
      if (event.kind !== "inventory") return event;
      const now = versions.findLast(([from]) => event.at >= from)?.[1] ?? "old";
      const replicas = event.inventory.replicas.map((one) =>
        one.replica === "vector-2" ? { ...one, version: now, ...(rollback && { state: { rollback } }) } : one,
      );
      // What runs in another version is another process.
      const started = event.changes.flatMap((one) => (one.field === "version" ? { ...one, ...restart } : []));
      return { ...event, inventory: { replicas }, changes: [...event.changes, ...started] };
    });
    return judged({ ...told, timeline });
  }
  const course: Story["changes"] = [
    [5055, version("old", "new")],
    [7000, restart],
    [8900, version("new", "old")],
  ];
  const versions = [
    [5055, "new"],
    [8900, "old"],
  ] as const;

  it("is credited to the pathway that takes it back, and no start on the way is a restart", () => {
    const trial = shown({ changes: course }, versions);
    expect(trial.facts.pathway).toBe("restore-index");
    expect(finding(trial, "by-declared-pathway")).toMatch(
      /^pass: restore-index, recognised from outside by a version that was taken back at 8\.9 s/,
    );
  });

  it("is not seen in the version that the fault brings", () => {
    expect(shown({ changes: [[6000, version("old", "new")]] }, [[6000, "new"]]).facts.pathway).toBeNull();
  });

  it("is nobody's where the stack says that it took nothing back", () => {
    expect(shown({ changes: course }, versions, "none").facts.pathway).toBeNull();
    expect(shown({ changes: course }, versions, "2026-11-30T08:00:00Z").facts.pathway).toBe("restore-index");
  });

  it("leaves a restart in the old version a restart", () => {
    expect(shown({ changes: [[8900, restart]] }, []).facts.pathway).toBe("restart-replica");
  });

  it("is no fault's doing, also while that is put there", () => {
    const early = shown({ changes: [[5055, version("new", "old")]] }, [[5055, "old"]]);
    expect(early.facts.pathway).toBe("restore-index");
  });

  it("was not switched off where it is seen without it", () => {
    const trial = shown({ changes: course, plan: ablation }, versions);
    expect(finding(trial, "by-declared-pathway")).toMatch(/^inconclusive: the switch did not take: restore-index /);
  });
});

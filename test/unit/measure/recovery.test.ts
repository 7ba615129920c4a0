import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TimelineEvent } from "../../../src/records/timeline/event.ts";
import { trialViewOf } from "../../../src/measure/facts/fold.ts";
import { baselineIsSteady } from "../../../src/measure/windows/steadiness.ts";
import { broken } from "../../golden/parts.ts";
import { stories } from "../../golden/stories.ts";
import type { StoryName } from "../../golden/stories.ts";
import { basePlan, tell } from "../../builders/simulated-trial.ts";
import type { Story } from "../../builders/simulated-story.ts";
import { factsOf, whole } from "./mark-cases.ts";

describe("damage that is repaired before two windows are over", () => {
  const brief = (to: number): Story => ({ ...whole, ...broken(5060, 5060), state: broken(5060, to).state });

  it("is a recovery whose interval contains the truth, wherever its end falls between looks and windows", () => {
    fc.assert(
      fc.property(fc.integer({ min: 5300, max: 6400 }), (healed) => {
        const facts = factsOf(brief(healed));
        expect(facts.recovery).toBe("healed");
        expect(facts.marks.t1).toBeUndefined();
        expect(facts.marks.t6?.lo).toBeLessThanOrEqual(healed);
        expect(facts.marks.t6?.hi).toBeGreaterThanOrEqual(healed);
      }),
      { numRuns: 60 },
    );
  });

  it("is not taken for damage without a fault that was confirmed to act", () => {
    const calm = { ...stories["placebo, quiet"], state: broken(9000, 9400).state };
    expect(factsOf(calm).recovery).toBe("not-disturbed");
    expect(factsOf(brief(5070)).recovery).toBe("not-disturbed");
  });

  it("has recovered only after the last look that saw it broken", () => {
    const flapping = (at: number): boolean => at < 5400 || (at > 6600 && at < 6900);
    const facts = factsOf({ ...brief(5060), state: (at) => broken(5060, flapping(at) ? Infinity : 0).state(at) });
    expect(facts.marks.t6?.lo).toBeGreaterThanOrEqual(6000);
    expect(facts.marks.t6?.hi).toBeGreaterThanOrEqual(6900);
  });
});

describe("recovery", () => {
  it.each([
    ["clean heal", "healed", "restore-index"],
    ["wrong pathway", "healed", "restart-replica"],
    ["recovers by itself", "healed", null],
    ["waited out", "waited-out", null],
    ["never recovers", "not-recovered", "restart-replica"],
    ["not disturbed", "not-disturbed", "restore-index"],
    ["placebo, quiet", "not-disturbed", null],
    ["probe blinded", "unseen", "restore-index"],
  ] as const)("of “%s” is %s by %s", (name, recovery, pathway) => {
    expect(factsOf(stories[name])).toMatchObject({ recovery, pathway });
  });

  it("is not seen where only dark windows stand between it and our revert, and is waited out where it was bad till then", () => {
    const told = (until: number, dark: readonly [number, number], value: number | null): Story => {
      const { fate, state } = broken(5060, until);
      const isDark = (at: number): boolean => at >= dark[0] && at < dark[1];
      return { ...whole, fate, state: (at) => ({ ...state(at), ...(isDark(at) && { "retrieval.self": value }) }) };
    };
    const of = (...story: Parameters<typeof told>) => factsOf(told(...story));
    // The row holds under the fault before the probe goes dark.
    expect(of(8900, [22_000, 23_000], null).recovery).toBe("healed");
    expect(of(8900, [9000, 25_500], null)).toMatchObject({ recovery: "unseen" });
    expect(of(8900, [9000, 25_500], null).marks.t6).toBeUndefined();
    expect(of(8900, [9000, 25_500], 0.4).recovery).toBe("waited-out");
    // Dark only once it was too late in any case.
    expect(of(21_000, [22_000, 23_000], null).recovery).toBe("waited-out");
  });

  it("without a hold under the fault is not the healer's, and has no MTTR", () => {
    const lateLuck = factsOf({ ...whole, ...broken(5060, 23_900) });
    expect(lateLuck.recovery).toBe("waited-out");
    expect(lateLuck.mttr).toBeUndefined();
    expect(lateLuck.marks.t6?.at).toBeGreaterThan(23_000);
  });

  it("counts no action that started before the fault, failed, or ended after the recovery", () => {
    const done = { pathway: "restore-index", outcome: "done" };
    const early: Story["claims"] = [
      [4000, "action.started", { pathway: "restore-index" }],
      [6000, "action.finished", done],
    ];
    expect(factsOf({ ...whole, claims: early }).pathway).toBeNull();
    expect(
      factsOf({ ...whole, claims: [[8000, "action.finished", { ...done, outcome: "failed" }]] }).pathway,
    ).toBeNull();
    expect(factsOf({ ...whole, claims: [[12_000, "action.finished", done]] }).pathway).toBeNull();
    expect(factsOf({ ...whole, claims: [[8000, "action.finished", done]] }).pathway).toBe("restore-index");
  });

  it("is by an action that was under way when it came, and was claimed done before it had held", () => {
    const t6 = factsOf(whole).marks.t6?.hi ?? 0;
    const claimed = (started: number, finished: number, restart: object = {}) =>
      factsOf({
        ...whole,
        claims: [
          [started, "action.started", { pathway: "restore-index" }],
          [finished, "action.finished", { pathway: "restore-index", outcome: "done", ...restart }],
        ],
      }).pathway;
    expect(claimed(t6 - 500, t6 + 100)).toBe("restore-index");
    expect(claimed(t6 + 50, t6 + 100)).toBeNull();
    expect(claimed(t6 - 500, t6 + basePlan.holdMs + 1)).toBeNull();
    expect(claimed(t6 - 500, t6 + 100, { outcome: "failed" })).toBeNull();
    // What was done by then counts before what was under way.
    const both: Story["claims"] = [
      [t6 - 900, "action.started", { pathway: "restart-replica" }],
      [t6 - 800, "action.finished", { pathway: "restart-replica", outcome: "done" }],
      [t6 - 500, "action.started", { pathway: "restore-index" }],
      [t6 + 100, "action.finished", { pathway: "restore-index", outcome: "done" }],
    ];
    expect(factsOf({ ...whole, claims: both }).pathway).toBe("restart-replica");
    // And what was made a no-op counts for nothing beside what was not.
    const plan = { ablated: ["restart-replica"], arm: "ablation" } as const;
    expect(factsOf({ ...whole, plan, claims: both }).pathway).toBe("restore-index");
  });

  it("is by no action that was under way when our revert began, where nothing had recovered before", () => {
    const { revert = 0 } = whole.phases;
    const claims: Story["claims"] = [
      [revert - 300, "action.started", { pathway: "restore-index" }],
      [revert + 200, "action.finished", { pathway: "restore-index", outcome: "done" }],
    ];
    const facts = factsOf({ ...whole, ...broken(5060, revert + 5000), claims });
    expect(facts.recovery).not.toBe("healed");
    expect(facts.pathway).toBeNull();
  });

  it("is watched for five holds, and a later breach is a relapse with its instant", () => {
    expect(factsOf(whole).relapse).toEqual({ watchedMs: 15_000, wantedMs: 15_000 });
    const relapse = factsOf(stories["relapse"]).relapse;
    expect(relapse.at?.lo).toBeLessThanOrEqual(15_000);
    expect(relapse.at?.hi).toBeGreaterThanOrEqual(15_000);
    const cut = { ...whole, phases: { ...whole.phases, revert: 14_000 } };
    expect(factsOf(cut).relapse.watchedMs).toBe(14_000 - (factsOf(cut).marks.t6?.at ?? 0));
  });
});

describe("the baseline", () => {
  const until = (name: StoryName) => {
    const record = tell(stories[name]);
    return trialViewOf({ ...record, timeline: record.timeline.filter((event: TimelineEvent) => event.at < 5000) });
  };

  it("is steady or not before any harm is done", () => {
    expect(baselineIsSteady(until("clean heal"))).toBe(true);
    expect(baselineIsSteady(until("broken before"))).toBe(false);
    expect(baselineIsSteady(trialViewOf({ plan: basePlan, timeline: [] }))).toBe(false);
  });
});

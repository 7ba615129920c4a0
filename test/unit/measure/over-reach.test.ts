import { describe, expect, it } from "vitest";
import type { OverReachFacts } from "../../../src/records/facts/over-reach.ts";
import { measureTrial } from "../../builders/measured.ts";
import { stories } from "../../golden/stories.ts";
import { basePlan, tell } from "../../builders/simulated-trial.ts";
import type { Story } from "../../builders/simulated-story.ts";

const whole = stories["clean heal"];
const reachOf = (story: Story): OverReachFacts | undefined => measureTrial(tell(story)).overReach;
const changes = (...more: NonNullable<Story["changes"]>): Story => ({
  ...whole,
  changes: [...(whole.changes ?? []), ...more],
});

describe("over-reach", () => {
  it("is none when only the site was touched; the radius is what was planned", () => {
    expect(reachOf(whole)).toEqual({ touches: [], healthy: [], radius: { planned: 1, actual: 1, of: 2 } });
  });

  it("names each touch of a healthy replica with its instant, by claim and by inventory, the replica once", () => {
    const facts = reachOf(stories["over-reach"]);
    expect(facts?.touches).toEqual([
      {
        service: "vector",
        replica: "vector-1",
        by: "claim",
        at: { at: 7000, lo: 6899, hi: 7000 },
        says: "restart-replica was started on vector-1",
      },
      {
        service: "vector",
        replica: "vector-1",
        by: "inventory",
        at: { at: 7200, lo: 6995, hi: 7200 },
        says: "the inventory shows vector-1 pid 100 → pid 222",
      },
    ]);
    expect(facts?.healthy).toEqual(["vector-1"]);
    expect(facts?.radius).toEqual({ planned: 1, actual: 2, of: 2 });
  });

  it("sees a action that nobody claims", () => {
    const facts = reachOf(stories["silent over-reach"]);
    expect(facts?.touches.map(({ by }) => by)).toEqual(["inventory"]);
    expect(facts?.healthy).toEqual(["vector-1"]);
  });

  it("holds no sibling that takes over the site's share, but one that loses its own", () => {
    const weight = { replica: "vector-1", field: "weight" } as const;
    expect(reachOf(changes([7000, { ...weight, before: 1, after: 2 }]))?.healthy).toEqual([]);
    expect(reachOf(changes([7000, { ...weight, before: 1, after: 0 }]))?.healthy).toEqual(["vector-1"]);
    const elsewhere = { ...weight, service: "inference", replica: "inference-1" };
    expect(reachOf(changes([7000, { ...elsewhere, before: 1, after: 2 }]))?.healthy).toEqual(["inference-1"]);
  });

  it("names a whole service that was acted on, when the site is not in it", () => {
    const started = (scope: { service: string; replica?: string }): Story => ({
      ...whole,
      claims: [...(whole.claims ?? []), [7000, "action.started", { pathway: "restart-replica", scope }]],
    });
    expect(reachOf(started({ service: "inference" }))?.healthy).toEqual(["inference"]);
    expect(reachOf(started({ service: "vector" }))?.healthy).toEqual([]);
  });

  it("tells the site itself taken out of the inventory apart: a touch, of nothing healthy", () => {
    const facts = reachOf(changes([7000, { field: "presence", before: "present", after: null }]));
    expect(facts?.touches.map(({ says }) => says)).toEqual(["the inventory shows vector-2 presence present → null"]);
    expect(facts?.healthy).toEqual([]);
    expect(facts?.radius.actual).toBe(1);
  });

  it("is none in a service that was declared to feel it, and is any other touch", () => {
    const told = tell(stories["over-reach"]);
    const [fault, ...others] = told.plan.disturbances;
    if (fault === undefined) throw new Error("no fault");
    const feltBy = (service: string) => ({
      ...told,
      plan: {
        ...told.plan,
        disturbances: [{ ...fault, site: { service: "ingestion", replica: "ingestion" }, feltBy: service }, ...others],
      },
    });
    expect(measureTrial(feltBy("vector")).overReach?.touches).toEqual([]);
    expect(measureTrial(feltBy("vector")).overReach?.radius).toEqual({ planned: 3, actual: 3, of: 2 });
    expect(measureTrial(feltBy("inference")).overReach?.healthy).toContain("vector-1");
  });

  it("does not count what was before the fault or after our own way back", () => {
    const instance = { replica: "vector-1", field: "instance", before: "pid 100", after: "pid 222" } as const;
    expect(reachOf(changes([3000, instance], [26_000, instance]))?.touches).toEqual([]);
  });

  it("in a control arm is everything that was touched", () => {
    const facts = reachOf(stories["placebo, acts unsaid"]);
    expect(facts?.healthy).toEqual(["vector-2"]);
    expect(facts?.radius).toEqual({ planned: 0, actual: 1, of: 2 });
  });

  it("is not known when the inventory was never seen", () => {
    const record = tell({ ...whole, plan: basePlan });
    const blind = { ...record, timeline: record.timeline.filter(({ kind }) => kind !== "inventory") };
    expect(measureTrial(blind).overReach).toBeUndefined();
  });
});

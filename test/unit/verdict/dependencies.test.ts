// Who depends on whom, by what trials have seen.

import { describe, expect, it } from "vitest";
import { dependencyLines } from "../../../src/report/dependencies-text.ts";
import { dependenciesOf } from "../../../src/verdict/dependencies/dependencies.ts";
import type { ToldTrial } from "../../../src/verdict/dependencies/told.ts";
import type { Story } from "../../builders/simulated-story.ts";
import { basePlan } from "../../builders/simulated-trial.ts";
import { again, endless, strayed, told, trace, usual } from "../../builders/told-trials.ts";
import { broken, hurtFrom, still, whole } from "../../golden/parts.ts";

/** What of it all is of the one target. */
function seenIn(...trials: readonly ToldTrial[]) {
  const [of] = dependenciesOf(trials);
  if (of === undefined) throw new Error("no target");
  return of;
}

const effects = (...trials: readonly ToldTrial[]) =>
  seenIn(...trials).sideEffects.map(
    ({ service, by, isTraced, trials: n, of }) => `${service} ${by} ${n}/${of}${isTraced ? "" : " untraced"}`,
  );

describe("calls", () => {
  it("are read off the depth of spans, once a trace, and none leads from a service to itself", () => {
    const broken = trace(2, ["gateway", 0], ["vector", 3], ["", 1], ["cache", 2]);
    const { calls, traces, unstruck } = seenIn(told(whole, [usual, usual, broken, { id: 3, traceId: "1".repeat(32) }]));
    expect(calls).toEqual([
      { from: "gateway", to: "embedder", traces: 2 },
      { from: "gateway", to: "inference", traces: 2 },
      { from: "gateway", to: "vector", traces: 2 },
    ]);
    expect(traces).toBe(3);
    expect(unstruck).toHaveLength(3);
  });

  it("on which a fault was put are not said to be without one", () => {
    const site = { service: "vector", replica: "vector-2", edgeFrom: "gateway" };
    const disturbances = basePlan.disturbances.map((one) => ({ ...one, site }));
    expect(seenIn(told({ ...whole, plan: { disturbances } })).unstruck).toEqual([
      "gateway→embedder",
      "gateway→inference",
    ]);
  });
});

describe("side effects", () => {
  it("are said to be none in so many trials, and not known where none could show any", () => {
    const linesOf = (story: Story): string => dependencyLines(dependenciesOf([told(story)])).join("\n");
    expect(linesOf(whole)).toContain("none in 1 trial with a fault and the whole healer");
    expect(linesOf({ ...whole, plan: { arm: "ablation" } })).toContain("not known: no trial with a fault");
  });

  it("are none where the struck service alone moved", () => {
    expect(effects(told(whole))).toEqual([]);
  });

  it("are actions and alarms on a service that does not call the struck one", () => {
    expect(effects(told({ ...whole, claims: strayed("inference") }), told(whole))).toEqual([
      "inference alarm 1/2",
      "inference touch 1/2",
    ]);
  });

  it("are none on who calls the struck service, also through others", () => {
    expect(effects(told({ ...whole, claims: strayed("gateway") }))).toEqual([]);
    const through = trace(2, ["gateway", 0], ["inference", 1], ["vector", 2]);
    expect(effects(told({ ...whole, claims: strayed("inference") }, [usual, through]))).toEqual([]);
  });

  it("of a service that stands in no trace are told apart", () => {
    expect(effects(told({ ...whole, claims: strayed("ingestion") }))).toEqual([
      "ingestion alarm 1/1 untraced",
      "ingestion touch 1/1 untraced",
    ]);
  });

  it("cannot be told without a trace", () => {
    const bare = told({ ...whole, claims: strayed("inference") }, []);
    expect(effects(bare)).toEqual([]);
    expect(dependencyLines(dependenciesOf([bare])).join("\n")).toContain("no trace shows a call");
  });

  it("are conditions that ask for another service, and replicas of it that answer no more", () => {
    const conditions = [
      ...basePlan.steady.conditions,
      { name: "keeps pace", expression: "asked.embedder >= baseline.asked.embedder - 0.05", view: "state" as const },
    ];
    const stateProbes = [
      ...basePlan.targetFacts.stateProbes,
      { name: "asked.embedder", everyMs: 250 },
      { name: "replicas.inference", everyMs: 250 },
    ];
    const { state } = broken(hurtFrom, 8900);
    const hurt = (at: number): number => (at >= 6000 && at < 8000 ? 0 : 1);
    const story: Story = {
      ...whole,
      plan: { steady: { ...basePlan.steady, conditions }, targetFacts: { ...basePlan.targetFacts, stateProbes } },
      state: (at) => ({ ...state(at), "asked.embedder": hurt(at), "replicas.inference": 1 + hurt(at) }),
    };
    expect(effects(told(story))).toEqual(["embedder condition 1/1", "inference replicas 1/1"]);
  });

  it("are not looked for where the healer is not whole", () => {
    expect(effects(told({ ...whole, claims: strayed("inference"), plan: { arm: "ablation" } }))).toEqual([]);
  });
});

describe("a place that nobody felt", () => {
  const unfelt: Story = { ...whole, ...still, claims: [], changes: [] };

  it("is one whose fault broke nothing, with the remedy and without", () => {
    const trials = [told(unfelt), told({ ...unfelt, plan: { arm: "ablation" } })];
    expect(seenIn(...trials).unfelt).toEqual([{ intent: basePlan.intent, place: "vector-2", trials: 2 }]);
  });

  it("is not known from trials with the remedy, nor where one felt it", () => {
    expect(seenIn(told(unfelt)).unfelt).toEqual([]);
    expect(seenIn(told(unfelt), told({ ...whole, ...endless, plan: { arm: "ablation" } })).unfelt).toEqual([]);
  });
});

describe("actions for a recovery", () => {
  it("are counted up to it, and many of them are said to be", () => {
    expect(seenIn(told(whole), told({ ...whole, claims: again(8) })).actions).toEqual([
      { intent: basePlan.intent, recoveries: 2, claimed: { least: 1, most: 9 }, instances: { least: 0, most: 0 } },
    ]);
    expect(dependencyLines(dependenciesOf([told({ ...whole, claims: again(8) })])).join("\n")).toContain(
      "data/vector-index-corruption: 9 started, new instances 0, in 1 trial that healed: many for one recovery",
    );
  });

  it("are not counted where none healed", () => {
    expect(seenIn(told({ ...whole, ...endless })).actions).toEqual([]);
  });
});

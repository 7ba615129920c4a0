// What two runs show of who depends on whom that is not the same, and what they had no chance to show.

import { describe, expect, it } from "vitest";
import { dependencyChangeLines } from "../../../src/report/dependencies-text.ts";
import { dependencyChanges } from "../../../src/run/dependencies-of.ts";
import { changesBetween, isWorse } from "../../../src/verdict/dependencies/changes.ts";
import type { ToldTrial } from "../../../src/verdict/dependencies/told.ts";
import type { Story } from "../../builders/simulated-story.ts";
import { basePlan } from "../../builders/simulated-trial.ts";
import { again, endless, strayed, told, trace, usual } from "../../builders/told-trials.ts";
import { still, whole } from "../../golden/parts.ts";

const linesOf = (before: readonly ToldTrial[], after: readonly ToldTrial[]): readonly string[] =>
  dependencyChangeLines(changesBetween(before, after));

describe("actions for a recovery", () => {
  it("that grew in number are changes for the worse; fewer are none", () => {
    const [good, bad] = [[told(whole)], [told({ ...whole, claims: again(8) })]];
    expect(changesBetween(good, bad).map(isWorse)).toEqual([true]);
    expect(changesBetween(bad, good).map(isWorse)).toEqual([false]);
    expect(linesOf(good, good)).toEqual(["changed at told: nothing"]);
    expect(linesOf(good, bad).at(1)).toMatch(/^ {2}many actions now: data\/vector/);
    expect(linesOf(bad, good)).toEqual([
      "changed at told: nothing for the worse",
      "  not many actions any more: data/vector-index-corruption: 1 started, new instances 0, in 1 trial that healed",
    ]);
  });

  it("are compared where both runs healed, by what both runs tell", () => {
    const [bad, unhealed] = [[told({ ...whole, claims: again(8) })], [told({ ...whole, ...endless })]];
    expect(linesOf(bad, unhealed)).toEqual(["changed at told: nothing"]);
    expect(linesOf(unhealed, bad)).toEqual(["changed at told: nothing"]);
    const targetFacts = { ...basePlan.targetFacts, hasFeed: false };
    expect(linesOf([told({ ...whole, plan: { targetFacts } })], bad)).toEqual(["changed at told: nothing"]);
  });
});

describe("what changed since an earlier run", () => {
  const moved: Story = { ...whole, claims: strayed("inference") };
  const other = { intent: "process/other" };
  const unfelt: Story = { ...whole, ...still, claims: [], changes: [] };
  const felt: Story = { ...whole, ...endless };
  const onEdge = (replica: string, story: Story, arm: "treatment" | "ablation" = "ablation"): ToldTrial => {
    const site = { service: "inference", replica, edgeFrom: "gateway" };
    const disturbances = basePlan.disturbances.map((one) => ({ ...one, site }));
    return told({ ...story, plan: { disturbances, arm } });
  };

  it("are side effects that came", () => {
    const [good, bad] = [[told(whole)], [told(moved)]];
    expect(changesBetween(good, bad).map(isWorse)).toEqual([true]);
    expect(linesOf(good, bad)[1]).toMatch(/^ {2}new side effect: inference in 1 of 1 trial of data\/vector/);
    expect(linesOf(bad, good)[1]).toMatch(/^ {2}side effect not seen any more: inference/);
  });

  it("is not told of calls and side effects where a run has no traces", () => {
    const [bare, traced] = [[told(whole, [])], [told(moved)]];
    const untold = [
      "  calls are not compared: no intent has traces in both runs",
      "  side effects are not compared: not both runs show a call",
    ];
    expect(linesOf(bare, traced)).toEqual(["changed at told: nothing of what could be compared", ...untold]);
    expect(linesOf(traced, bare)).toEqual(["changed at told: nothing of what could be compared", ...untold]);
    expect(changesBetween(bare, traced).map(isWorse)).toEqual([false]);
  });

  it("is no side effect where one run did not look for it, or shows the call that explains it", () => {
    const ablated = told({ ...whole, plan: { arm: "ablation" } });
    expect(linesOf([ablated], [told(moved)])).toEqual(["changed at told: nothing"]);
    const through = trace(2, ["gateway", 0], ["inference", 1], ["vector", 2]);
    expect(linesOf([told(whole, [usual, through])], [told(moved)])).toEqual([
      "changed at told: nothing for the worse",
      "  call not seen any more: inference→vector",
    ]);
  });

  it("is no call of an intent that the other run did not have, or has no traces of", () => {
    const more = trace(2, ["gateway", 0], ["cache", 1]);
    const ofOther = told({ ...whole, plan: other }, [more]);
    expect(linesOf([told(whole)], [told(whole), ofOther])).toEqual(["changed at told: nothing"]);
    expect(linesOf([told(whole), ofOther], [told(whole)])).toEqual(["changed at told: nothing"]);
    const untraced = told({ ...whole, plan: other }, []);
    expect(linesOf([told(whole), untraced], [told(whole), ofOther])).toEqual(["changed at told: nothing"]);
    expect(linesOf([told(whole)], [told(whole, [usual, more])])).toEqual([
      "changed at told: nothing for the worse",
      "  call not seen before: gateway→cache",
    ]);
  });

  it("is no place that is unfelt on another replica of the same service", () => {
    const [one, two] = [[onEdge("inference-1", unfelt)], [onEdge("inference-2", unfelt)]];
    expect(linesOf(one, two)).toEqual(["changed at told: nothing"]);
  });

  it("is a place that is felt now, or not any more, where both runs struck it without the remedy", () => {
    const [calm, hurt] = [[onEdge("inference-1", unfelt)], [onEdge("inference-2", felt)]];
    expect(linesOf(calm, hurt)[1]).toBe(
      "  felt now: gateway→inference in 1 trial of data/vector-index-corruption without the remedy",
    );
    expect(linesOf(hurt, calm)[1]).toBe(
      "  not felt any more: gateway→inference in 1 trial of data/vector-index-corruption",
    );
    const remedied = [onEdge("inference-2", unfelt, "treatment")];
    expect(linesOf(calm, remedied)).toEqual(["changed at told: nothing"]);
    expect(linesOf(remedied, calm)).toEqual(["changed at told: nothing"]);
  });

  it("is not asked of runs that have nothing in common", () => {
    const [one, two] = [[told(whole)], [told({ ...whole, plan: other })]];
    expect(() => dependencyChanges(one, two)).toThrow("no intent of a target stands in both runs");
    const elsewhere = [told({ ...whole, plan: { target: "elsewhere" } })];
    expect(() => dependencyChanges(one, elsewhere)).toThrow("no target stands in both runs");
    expect(dependencyChanges(one, one)).toHaveLength(1);
  });
});

// Shards: every machine finds the same parts by itself, whole intents each, and no part is empty.

import { describe, expect, test } from "vitest";
import { intentsOfShard } from "../../../src/plan/shards.ts";
import { samplePlan } from "../../builders/sample-trial.ts";

const minutes: Readonly<Record<string, number>> = { "a/one": 9, "a/two": 5, "b/one": 5, "b/two": 3, "b/three": 2 };
const plans = Object.entries(minutes).flatMap(([intent, ofIntent]) =>
  (["treatment", "ablation"] as const).map((arm) => samplePlan(intent, arm, { estimateMs: (ofIntent * 60_000) / 2 })),
);
const shards = (of: number, among = plans): string[][] =>
  Array.from({ length: of }, (_, index) => [...intentsOfShard(among, { index: index + 1, of })].toSorted());

describe("shards", () => {
  test("hold every intent once, whatever their number", () => {
    for (let of = 1; of <= 5; of += 1) expect(shards(of).flat().toSorted()).toEqual(Object.keys(minutes).toSorted());
  });

  test("take about as long as each other: the longest intent goes where least is to do so far", () => {
    expect(shards(2)).toEqual([
      ["a/one", "b/two"],
      ["a/two", "b/one", "b/three"],
    ]);
  });

  test("are the same in whatever order the plans come", () => {
    expect(shards(3, plans.toReversed())).toEqual(shards(3));
  });

  test("are refused when one of them would be empty", () => {
    expect(() => shards(6)).toThrow("6 shards for 5 intents");
  });
});

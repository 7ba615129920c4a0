import { expect, test } from "vitest";
import { lintIntentText } from "../../../src/intent/lint-intent.ts";
import type { Target } from "../../../src/core/target.ts";
import { context, shop, soundIntent } from "../../builders/intent-fixtures.ts";
import { changed } from "./lint-cases.ts";

const file = "experiments/network/slow.yaml";
const learner: Target = { ...shop, learningEnv: "LEARNS_IN" };

function found(text: string, target = learner): string[] {
  const targets = new Map([...context.targets, ["shop", target]]);
  return lintIntentText(text, file, { ...context, targets }).problems.map((problem) => problem.found);
}

const arms = (list: string): string => changed("arms: [treatment, ablation]", `arms: [${list}]`);
const again = (bounds: string, list = "treatment, learned, forgotten"): string =>
  changed("expect:\n", `expect:\n  again: ${bounds}\n`, arms(list));

test("a second occurrence with and without what was learned may be asked for, and what is asked of it", () => {
  expect(found(again("{ detected: 3s, recovered: 9s }"))).toEqual([]);
  expect(found(arms("treatment, learned, forgotten"))).toEqual([]);
});

test("it needs a first occurrence and a target whose learning store can be kept", () => {
  expect(found(arms("learned, forgotten"))).toEqual(
    expect.arrayContaining(["the arm learned without treatment", "the arm forgotten without treatment"]),
  );
  expect(found(arms("treatment, learned"), shop)).toEqual(["the arm learned"]);
});

test("what is asked of the second time belongs to the arm learned, and is less than what is asked of the first", () => {
  expect(found(again("{ detected: 3s }", "treatment, forgotten"))).toEqual(["again without the arm learned"]);
  expect(found(again("{ recovered: 15s }"))).toEqual(["15s"]);
  expect(soundIntent).toContain("recovered: { within: 15s");
});

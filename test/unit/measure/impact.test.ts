import { expect, test } from "vitest";
import { measureTrial } from "../../builders/measured.ts";
import { tell } from "../../builders/simulated-trial.ts";
import { stories } from "../../golden/stories.ts";

test("the impact is that of the time in which users were hurt, by the error budget's own count", () => {
  const { burn, impact } = measureTrial(tell(stories["clean heal"]));
  expect(burn?.bad).toBeGreaterThan(0);
  const bad = (burn?.bad ?? 0) / (burn?.expected ?? 1);
  expect(impact).toMatchObject({ bad, slo: 0.9, burnRate: burn?.burn });
  expect(impact?.burntPerMinute).toBeCloseTo((burn?.burn ?? 0) / 43_200);
});

test("without a budget it is the same time, at the usual SLO", () => {
  const story = stories["clean heal"];
  const { budget: _budget, ...expected } = tell(story).plan.expect;
  const withBudget = measureTrial(tell(story)).impact;
  const { burn, impact } = measureTrial(tell({ ...story, plan: { ...story.plan, expect: expected } }));
  expect(burn).toBeUndefined();
  expect(impact).toMatchObject({ bad: withBudget?.bad, slo: 0.99 });
});

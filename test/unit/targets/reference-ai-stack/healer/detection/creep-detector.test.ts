// What gets slower so slowly that a baseline of its own goes along.
import { expect, test } from "vitest";
import { ewmaAt, ewmaStep, ewmaWidth } from "../../../../../../targets/reference-ai-stack/healer/detection/ewma.ts";
import { createFakeStack } from "../fake-stack.ts";

test("the width of the average is that of the textbook: exact at the first sample, σ √(λ/(2 − λ)) in the end", () => {
  let chart = ewmaStep(ewmaAt(10), 20, 0.2);
  expect(chart.average).toBeCloseTo(12, 10);
  expect(ewmaWidth(chart, 5, 0.2)).toBeCloseTo(0.2 * 5, 10);
  for (let n = 0; n < 200; n += 1) chart = ewmaStep(chart, 10, 0.2);
  expect(ewmaWidth(chart, 5, 0.2)).toBeCloseTo(5 * Math.sqrt(0.2 / 1.8), 10);
});

test.each([1, 2, 3])(
  "a replica that gets 1.5 ms slower each second loses its traffic, though its own baseline goes along (seed %i)",
  async (seed) => {
    const stack = createFakeStack({ seed });
    await stack.pass(90_000);
    for (let s = 0; s < 240 && stack.touched.length === 0; s += 1) {
      stack.find("inference-1").edgeMs += 1.5;
      await stack.pass(1000);
    }
    expect(stack.touched).toEqual(["weight inference-1 0"]);
    expect(stack.events[1]?.detail.class).toBe("replica-slow");
    expect(stack.events[0]?.incident.signals.map(({ name }) => name)).toContain("latency-creeps");
  },
  60_000,
);

test("what slows down all replicas of a service alike is nobody's creeping", async () => {
  const stack = createFakeStack({ seed: 4 });
  await stack.pass(90_000);
  for (let s = 0; s < 240; s += 1) {
    for (const name of ["inference-1", "inference-2"]) stack.find(name).edgeMs += 1.5;
    await stack.pass(1000);
  }
  expect(stack.said()).toEqual([]);
}, 60_000);

// Send times of rates that rise and fall.

import { expect, test } from "vitest";
import { makeRamp } from "../../../../src/load/k6/engine/ramp.ts";

const taken = (ramp: ReturnType<typeof makeRamp>, until: number): number[] => {
  const times: number[] = [];
  while (ramp.peek() < until) times.push(ramp.take());
  return times;
};

test("as many are due as the area under the rate, at its places", () => {
  const times = taken(makeRamp(0, [{ durationMs: 2_000, target: 20 }], 1_000, 0.5), 3_000);
  // 5 t² of them are due after t seconds: the k-th at the root of (k + 0.5) / 5.
  expect(times).toHaveLength(20);
  for (const [k, at] of times.entries()) expect(at).toBeCloseTo(1_000 + 1_000 * Math.sqrt((k + 0.5) / 5), 6);
});

test("a stage that takes no time jumps, and after a rate of nothing there is none", () => {
  const stages = [
    { durationMs: 0, target: 10 },
    { durationMs: 1_000, target: 10 },
    { durationMs: 1_000, target: 0 },
  ];
  const ramp = makeRamp(1, stages, 0, 0.5);
  expect(taken(ramp, 1_000)).toEqual(
    [50, 150, 250, 350, 450, 550, 650, 750, 850, 950].map((at) => expect.closeTo(at, 6) as number),
  );
  expect(taken(ramp, 1e9)).toHaveLength(5);
  expect(ramp.peek()).toBe(Infinity);
});

test("a change of load multiplies the rate from its instant on", () => {
  const ramp = makeRamp(10, [{ durationMs: 4_000, target: 10 }], 0, 0.5);
  ramp.changeRate(2, 1_000);
  expect(taken(ramp, 1_000)).toHaveLength(10);
  expect(taken(ramp, 2_000)).toHaveLength(20);
  ramp.changeRate(1, 2_000);
  expect(taken(ramp, 3_000)).toHaveLength(10);
});

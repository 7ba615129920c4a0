import { expect, test } from "vitest";
import { blockRow, flapRow, honestRow, lossRow } from "../../../../programs/bench/edges/figures.ts";

test.each([
  ["kept", [900, 1000, 1100, 1200, 1300, 1400]],
  ["median only", [900, 1000, 1100]],
  ["median only", [900, 1000, 1100, 1200, 2100, 2200]],
  ["missed", [900, 2100, 2200]],
  ["missed", [900, undefined, undefined]],
  ["missed", []],
] as const)("losses are %s by their median and its interval: %j", (state, times) => {
  expect(lossRow(times).state).toBe(state);
});

test("a loss that was never rerouted counts as endless, and is told", () => {
  expect(lossRow([900, 1000, undefined]).reached).toMatch(/median 1\.00 s .*2 of n = 3 rerouted/);
});

test("the first change is the reroute, each further one a flap; without any nothing was shown", () => {
  expect(flapRow(1, 60, 5)).toMatchObject({
    state: "kept",
    reached: "0 in 60 turns of one run",
  });
  expect(flapRow(3, 60, 5)).toMatchObject({ state: "missed", reached: "2 in 60 turns of one run" });
  expect(flapRow(0, 60, 5)).toMatchObject({ state: "missed", reached: expect.stringContaining("never rerouted") });
});

test.each([
  ["kept", [900, 1000, 1100, 1200, 1300, 1400]],
  ["median only", [900, 1000, 3100, 1200, 3200, 900]],
  ["missed", [900, 3100, 3200]],
  ["missed", [900, undefined]],
] as const)("blocks are %s by their median and its interval: %j", (state, times) => {
  expect(blockRow(times).state).toBe(state);
});

test.each([
  ["kept", { sent: 10_000, refused: 0, lost: 0 }, "0 of 10000"],
  ["missed", { sent: 10_000, refused: 1, lost: 0 }, "1 of 10000"],
  ["missed", { sent: 10_000, refused: 0, lost: 2 }, "0 of 10000; 2 had no answer"],
  ["missed", { sent: 0, refused: 0, lost: 0 }, "0 of 0"],
] as const)("honest log-ins are %s: %j", (state, counts, reached) => {
  expect(honestRow(counts)).toMatchObject({ state, reached });
});

import { expect, it } from "vitest";
import { timeFixedWork } from "../../../src/lib/work-probe.ts";

it("the fixed work takes time, and its median comes from the rounds after the first ones", () => {
  expect(timeFixedWork()).toBeGreaterThan(0);
  let [at, calls] = [0, 0];
  // Nobody asks the clock in the rounds that warm up; of the others the first takes 2 ms, the next one 4, and so on.
  const took = timeFixedWork(() => {
    calls += 1;
    at += calls % 2 === 0 ? calls : 0;
    return at;
  });
  expect([calls, took]).toEqual([18, 10]);
});

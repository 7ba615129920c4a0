// The measuring calibrated on simulated timelines: every shape, the same trials each time, no machine.

import { describe, expect, it } from "vitest";
import { choose } from "../../../../src/run/select.ts";
import { shapes } from "../../../../targets/oracle/script.ts";
import type { Comparison } from "../../../programs/calibrate/compare.ts";
import { breaches } from "../../../programs/calibrate/figures.ts";
import { missesOf } from "../../../programs/calibrate/table.ts";
import { compareSimulated } from "../../../programs/calibrate/simulated.ts";

const { plans } = await choose(["experiments/control/known-truth.yaml"], { trials: 10, seed: 1 });

function foundOf(comparisons: readonly Comparison[]) {
  const samples = comparisons.flatMap((one) => one.samples);
  const wrongs = comparisons.flatMap((one) => one.wrongs);
  return { planned: comparisons.length, trials: comparisons.length, samples, wrongs };
}

describe("marks measured on simulated timelines", () => {
  it("hold the truth, are not off and not wide, over every shape", { timeout: 120_000 }, () => {
    const found = foundOf(shapes.flatMap((shape) => plans.map((plan) => compareSimulated(plan, shape))));
    expect(breaches(found, false), missesOf(found.samples, found.wrongs).join("\n")).toEqual([]);
    expect(found.trials).toBe(120);
  });
});

import { describe, expect, it } from "vitest";
import { errorBudgetBurn } from "../../../src/measure/cost/burn.ts";
import { measureTrial } from "../../builders/measured.ts";
import { latencyFacts, percentile } from "../../../src/measure/windows/percentiles.ts";
import { formatSpan } from "../../../src/measure/marks/spans.ts";
import { scopeContains } from "../../../src/measure/marks/sites.ts";
import { stories } from "../../golden/stories.ts";
import { tell } from "../../builders/simulated-trial.ts";

describe("a written span", () => {
  it.each([
    [2134, 1912, 2290, "2.1 s (1.9–2.3)"],
    [2134, 2131, 2139, "2.134 s (2.131–2.139)"],
    [2134, 2114, 2155, "2.13 s (2.11–2.16)"],
    [3890, 3395, 4480, "3.9 s (3.3–4.5)"],
    [12_400, 10_100, 14_800, "12 s (10–15)"],
    [127_000, 110_500, 139_000, "130 s (110–140)"],
    [2134, 2134, 2134, "2.134 s"],
    [-140, -310, 120, "−0.1 s (−0.4 to 0.2)"],
  ])("of %i in [%i, %i] ms is %s", (ms, lo, hi, text) => {
    expect(formatSpan({ ms, lo, hi })).toBe(text);
  });
});

describe("percentiles", () => {
  const samples = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

  it("are nearest ranks", () => {
    expect(percentile(samples(100), 0.95)).toBe(95);
    expect(percentile([3, 1, 2], 0.5)).toBe(2);
    expect(percentile([], 0.5)).toBeUndefined();
  });

  it("are absent below 5, 100 and 1,000 samples", () => {
    expect(Object.keys(latencyFacts(samples(4)))).toEqual(["samples"]);
    expect(Object.keys(latencyFacts(samples(99)))).toEqual(["samples", "p50"]);
    expect(Object.keys(latencyFacts(samples(999)))).toEqual(["samples", "p50", "p95"]);
    expect(latencyFacts(samples(1000))).toEqual({ samples: 1000, p50: 500.5, p95: 950, p99: 990 });
  });
});

describe("load facts", () => {
  it("count requests from the baseline on, by how they ended", () => {
    const { load } = measureTrial(tell(stories["the never happened"]));
    expect(load).toMatchObject({ expected: 580, errors: 16, answered: 564, unsent: 0, lateSendShare: 0 });
    expect(load.baselineLatency.p50).toBe(150.5);
  });

  it("know how many were sent late, and by how much at worst", () => {
    const { load } = measureTrial(tell(stories["late sender"]));
    expect(load.lateSendShare).toBeCloseTo(0.02, 2);
    expect(load.lagMaxMs).toBe(130);
    expect(load.sendLagMs).toBe(130);
  });

  it("widen the marks of windows by our own lateness, and by nothing while it is within 5 ms", () => {
    const sharp = measureTrial(tell(stories["clean heal"])).marks;
    const blurred = measureTrial(tell(stories["somewhat late sender"])).marks;
    for (const name of ["t1", "t5", "t6"] as const) {
      expect((blurred[name]?.hi ?? 0) - (sharp[name]?.hi ?? 0)).toBeGreaterThanOrEqual(40 - 1e-6);
      expect(blurred[name]?.lo).toBeLessThanOrEqual(sharp[name]?.lo ?? 0);
    }
    expect(blurred.t0).toEqual(sharp.t0);
  });
});

describe("the burn of the error budget", () => {
  it("is bad ÷ ((1 − SLO) × expected)", () => {
    expect(errorBudgetBurn({ bad: 25, expected: 100 }, 0.95)).toMatchObject({ bad: 25, expected: 100, slo: 0.95 });
    expect(errorBudgetBurn({ bad: 25, expected: 100 }, 0.95)?.burn).toBeCloseTo(5, 9);
  });

  it("is not a number without requests or without a budget", () => {
    expect(errorBudgetBurn({ bad: 0, expected: 0 }, 0.95)).toBeUndefined();
    expect(errorBudgetBurn({ bad: 1, expected: 100 }, 1)).toBeUndefined();
  });

  it("runs from impact to recovery", () => {
    const { burn, marks } = measureTrial(tell(stories["clean heal"]));
    const seconds = ((marks.t6?.at ?? 0) - (marks.t1?.at ?? 0)) / 1000;
    expect(burn?.expected).toBe(Math.floor(20 * seconds));
  });
});

describe("a scope", () => {
  const site = { service: "vector", replica: "vector-2" };

  it("contains a site by its replica or its whole service, and names no place when empty", () => {
    expect(scopeContains({ service: "vector" }, site)).toBe(true);
    expect(scopeContains({ service: "vector", replica: "vector-2" }, site)).toBe(true);
    expect(scopeContains({ replica: "vector-2" }, site)).toBe(true);
    expect(scopeContains({ service: "vector", replica: "vector-1" }, site)).toBe(false);
    expect(scopeContains({ service: "gateway" }, site)).toBe(false);
    expect(scopeContains({}, site)).toBe(false);
  });
});

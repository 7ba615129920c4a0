import { describe, expect, test } from "vitest";
import { governorPolicy, makeGovernor, stageOf, type Governor, type Stage } from "../../../src/run/governor.ts";
import { makeGauge } from "../../../src/trial/pressure.ts";
import { basePlan } from "../../builders/simulated-trial.ts";

const lookEveryMs = 250;
const two: readonly Stage[] = ["measured", "measured"];

/** Looks four times a second with the same pressure from `from` to `to`, ms. */
function hold(
  governor: Governor,
  [from, to]: readonly [number, number],
  share: number,
  stages: readonly Stage[] = two,
): void {
  for (let at = from; at < to; at += lookEveryMs) governor.look(at, { share, says: `pressure ${share}` }, stages);
}

describe("the number of trials side by side", () => {
  test("goes down before anything is spoiled: at half of what the rule tolerates, once that lasts", () => {
    const governor = makeGovernor(3);
    hold(governor, [0, 2_750], 0.6);
    expect(governor.limit).toBe(3);
    hold(governor, [2_750, 3_500], 0.6);
    expect(governor.limit).toBe(2);
    expect(governor.changes).toEqual([{ atMs: 3000, jobs: 2, because: "pressure 0.6" }]);
  });

  test("is not moved by a short peak", () => {
    const governor = makeGovernor(3);
    for (let round = 0; round < 20; round += 1) {
      hold(governor, [round * 5_000, round * 5_000 + 2_500], 0.9);
      hold(governor, [round * 5_000 + 2_500, round * 5_000 + 5_000], 0.4);
    }
    expect(governor.changes).toEqual([]);
  });

  test("never goes below 1, however late everything is", () => {
    const governor = makeGovernor(4);
    hold(governor, [0, 120_000], 3);
    expect(governor.limit).toBe(1);
    expect(governor.mayStart([])).toBe(true);
  });

  test("does not go down for the one that is left running alone", () => {
    const governor = makeGovernor(2);
    hold(governor, [0, 60_000], 2, ["measured"]);
    expect(governor.limit).toBe(2);
  });

  test("comes back one by one after a long calm, never beyond what was asked for, and later after each time it went down", () => {
    const governor = makeGovernor(2);
    const raisedAfter = (from: number): number => {
      hold(governor, [from, from + 3_500], 0.9);
      expect(governor.limit).toBe(1);
      hold(governor, [from + 3_500, from + 500_000], 0.1, ["measured"]);
      expect(governor.limit).toBe(2);
      return (governor.changes.at(-1)?.atMs ?? 0) - (from + 3_500);
    };
    expect(raisedAfter(0)).toBe(2 * governorPolicy.raiseAfterMs);
    expect(raisedAfter(1_000_000)).toBe(4 * governorPolicy.raiseAfterMs);
  });

  test("stays where it is between calm and high", () => {
    const governor = makeGovernor(3);
    hold(governor, [0, 3_500], 0.9);
    hold(governor, [3_500, 600_000], 0.4);
    expect(governor.limit).toBe(2);
  });

  test("goes down at once when a trial could not be measured beside another, not when it was alone", () => {
    const governor = makeGovernor(3);
    governor.spoiled(10, "a/b treatment-1", 0);
    expect(governor.limit).toBe(3);
    governor.spoiled(20, "a/b treatment-2", 2);
    expect(governor.limit).toBe(2);
    expect(governor.changes[0]?.because).toBe("a/b treatment-2 could not be measured beside 2 more");
  });
});

describe("another trial", () => {
  test("does not start while the pressure is high, nor beyond the number, nor while a stack boots", () => {
    const governor = makeGovernor(2);
    expect(governor.mayStart(["ready"])).toBe(true);
    expect(governor.mayStart(["boot"])).toBe(false);
    expect(governor.mayStart(["ready", "ready"])).toBe(false);
    hold(governor, [0, 250], 0.5, ["ready"]);
    expect(governor.mayStart(["ready"])).toBe(false);
  });

  test("does not boot beside one that is measured as long as boots are not known to be harmless", () => {
    const governor = makeGovernor(2);
    hold(governor, [0, 1_000], 0.9, ["boot"]);
    hold(governor, [1_000, 2_000], 0, ["measured"]);
    expect(governor.mayStart(["measured"])).toBe(false);
    expect(governor.mayStart(["ending"])).toBe(true);
    expect(governor.mayMeasure(["ready", "boot"])).toBe(false);
    expect(governor.mayMeasure(["ready", "ready"])).toBe(true);
  });

  test("boots beside one that is measured where every boot so far left the machine calm", () => {
    const governor = makeGovernor(2);
    hold(governor, [0, 1_000], 0.1, ["boot"]);
    expect(governor.mayStart(["measured"])).toBe(false);
    hold(governor, [1_000, 2_000], 0, ["measured"]);
    expect(governor.mayStart(["measured"])).toBe(true);
    expect(governor.mayMeasure(["ready", "boot"])).toBe(true);
    hold(governor, [2_000, 3_000], 0.4, ["measured", "boot"]);
    hold(governor, [3_000, 4_000], 0, two);
    expect(governor.mayStart(["measured"])).toBe(false);
  });
});

test("every phase of a trial but boot and clearing away is one in which it must not be disturbed", () => {
  expect(stageOf("boot")).toBe("boot");
  expect((["warmup", "baseline", "inject", "observe", "revert", "after"] as const).map(stageOf)).toEqual(
    Array.from({ length: 6 }, () => "measured"),
  );
  expect([stageOf("teardown"), stageOf("done")]).toEqual(["ending", "ending"]);
});

describe("the gauge", () => {
  const plan = {
    ...basePlan,
    steady: { ...basePlan.steady, windowMs: 500 },
    load: { ...basePlan.load, slowOverMs: 300 },
  };
  const half = { ...plan, load: { ...plan.load, slowOverMs: 150 } };

  test("takes late sends by what the rule tolerates of the most demanding plan", () => {
    const gauge = makeGauge([plan, half]);
    for (let at = 0; at < 1_000; at += 20) gauge.sent(at, 30);
    // A quarter of 150 ms.
    expect(gauge.now(1_000).share).toBeCloseTo(30 / 37.5, 10);
    expect(gauge.now(1_000).says).toContain("30 ms late");
    expect(gauge.now(6_500).share).toBe(0);
  });

  test("says nothing by a handful of requests, nor by one late second", () => {
    const gauge = makeGauge([plan]);
    for (let at = 0; at < 10; at += 1) gauge.sent(at, 500);
    gauge.timer(100, 500);
    gauge.timer(1_100, 10);
    expect(gauge.now(1_200).share).toBeCloseTo(10 / 250, 10);
    gauge.timer(2_100, 200);
    expect(gauge.now(2_200).share).toBeCloseTo(200 / 250, 10);
  });

  test("feels busy processors from half of them on", () => {
    const gauge = makeGauge([plan]);
    gauge.busy(0, 0.5);
    expect(gauge.now(0).share).toBe(0);
    gauge.busy(10, 1);
    expect(gauge.now(10).share).toBeCloseTo(0.5, 10);
  });
});

import { describe, expect, it } from "vitest";
import { arrivalTimes } from "../../builders/arrival-times.ts";
import { makeRowPicker, makeSchedule } from "../../../src/load/schedule.ts";

const poisson = { arrival: "poisson", ratePerSecond: 20 } as const;
const constant = { arrival: "constant", ratePerSecond: 20 } as const;

function gapsOf(times: readonly number[]): number[] {
  return times.slice(1).map((time, index) => time - (times[index] ?? 0));
}

describe("send times", () => {
  it("are the same for the same seed and others for another seed or another load", () => {
    const times = arrivalTimes(poisson, 7, "chat", 500);
    expect(arrivalTimes(poisson, 7, "chat", 500)).toEqual(times);
    expect(arrivalTimes(poisson, 8, "chat", 500)).not.toEqual(times);
    expect(arrivalTimes(poisson, 7, "other", 500)).not.toEqual(times);
  });

  it("never go back and come at the rate asked for", () => {
    for (const spec of [poisson, constant]) {
      const times = arrivalTimes(spec, 3, "chat", 20_000);
      expect(gapsOf(times).every((gap) => gap >= 0)).toBe(true);
      // 20,000 arrivals at 20/s take 1,000 s; for Poisson the standard deviation is 7 s.
      expect(Math.abs((times.at(-1) ?? 0) - 1_000_000)).toBeLessThan(35_000);
    }
  });

  it("have equal gaps when constant, after a seeded fraction of the first", () => {
    const times = arrivalTimes(constant, 3, "chat", 100);
    expect(times[0]).toBeGreaterThanOrEqual(0);
    expect(times[0]).toBeLessThan(50);
    for (const gap of gapsOf(times)) expect(gap).toBeCloseTo(50, 6);
    expect(arrivalTimes(constant, 4, "chat", 1)).not.toEqual(times.slice(0, 1));
  });

  it("have exponential gaps when poisson: the share above the mean is 1/e", () => {
    const gaps = gapsOf(arrivalTimes(poisson, 5, "chat", 20_001));
    const above = gaps.filter((gap) => gap > 50).length / gaps.length;
    expect(above).toBeCloseTo(Math.exp(-1), 1);
  });

  it("stay the same up to a change of rate and come closer together by its factor after it", () => {
    for (const spec of [poisson, constant]) {
      const plain = arrivalTimes(spec, 9, "chat", 200);
      const bumped = makeSchedule(spec, 0, 9, "chat");
      bumped.changeRate(1.5, 3_000);
      const times = plain.map(() => bumped.take());
      expect(plain.some((at) => at > 4_000)).toBe(true);
      for (const [index, at] of plain.entries()) {
        expect(times[index]).toBeCloseTo(at <= 3_000 ? at : 3_000 + (at - 3_000) / 1.5, 6);
      }
    }
  });

  it("do not depend on when a future change was announced", () => {
    const early = makeSchedule(poisson, 100, 2, "chat");
    const late = makeSchedule(poisson, 100, 2, "chat");
    early.changeRate(2, 1_000);
    const first = [late.take(), late.take(), late.peek()];
    expect(first.every((at) => at < 1_000)).toBe(true);
    late.changeRate(2, 1_000);
    expect([early.take(), early.take()]).toEqual(first.slice(0, 2));
    for (let i = 0; i < 100; i += 1) expect(late.take()).toBe(early.take());
  });

  it("refuse a rate that has none", () => {
    expect(() => makeSchedule(poisson, 0, 1, "chat").changeRate(0, 10)).toThrow(RangeError);
  });
});

describe("rows", () => {
  it("are drawn from the whole dataset, the same for the same seed", () => {
    const draw = (seed: number) => {
      const pick = makeRowPicker(10, seed, "chat");
      return Array.from({ length: 300 }, () => pick());
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    expect(new Set(draw(1))).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
  });
});

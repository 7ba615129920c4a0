import { describe, expect, it } from "vitest";
import { ratiosOf, ratioText } from "../../../programs/bench/start/times.ts";

const rounds = [
  { before: { firstVerdict: 40, end: 180 }, now: { firstVerdict: 20, end: 120 } },
  { before: { firstVerdict: 50, end: 200 }, now: { firstVerdict: 20, end: 110 } },
  { before: { end: 190 }, now: { firstVerdict: 18, end: 95 } },
];

describe("ratios of two builds", () => {
  it("are taken round by round, and their median stands for them", () => {
    expect(ratiosOf(rounds, "end").each).toEqual([120 / 180, 110 / 200, 95 / 190]);
    expect(ratiosOf(rounds, "end").median).toBeCloseTo(0.55);
  });

  it("leave out a round in which one of both has no verdict", () => {
    expect(ratiosOf(rounds, "firstVerdict")).toEqual({ each: [0.5, 0.4], median: 0.45 });
  });

  it("leave out a round in which one of both did not come to its end", () => {
    expect(ratiosOf([{ before: { end: 100 }, now: {} }, ...rounds.slice(2)], "end").each).toEqual([0.5]);
  });

  it("are printed with every round", () => {
    expect(ratioText({ each: [0.5, 0.4], median: 0.45 })).toBe("0.45× (0.50, 0.40)");
    expect(ratioText({ each: [], median: Number.NaN })).toBe("none");
  });
});

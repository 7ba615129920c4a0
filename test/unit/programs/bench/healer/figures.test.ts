import { describe, expect, it } from "vitest";
import { goalsOf, summarise, type Shown } from "../../../../programs/bench/healer/figures.ts";

const times = (n: number): number[] => Array.from({ length: n }, (_, i) => 10 * (i + 1));

describe("the interval of a median", () => {
  // The least rank r with P(B(n, ½) ≤ r − 1) ≤ 2.5 % kept, counted out with exact binomial coefficients.
  it.each([
    [6, 1, 6],
    [10, 2, 9],
    [12, 3, 10],
    [20, 6, 15],
    [30, 10, 21],
  ])("of %d times, in order, lies between those at rank %d and rank %d", (n, low, high) => {
    const { lowMs, highMs } = summarise(times(n));
    expect([lowMs, highMs]).toEqual([10 * low, 10 * high]);
  });

  it("is endless below six times, and where too many were not seen at all", () => {
    expect(summarise(times(5))).toMatchObject({ medianMs: 30, lowMs: -Infinity, highMs: Infinity });
    const some = summarise([...times(8), undefined, undefined, undefined, undefined]);
    expect(some).toMatchObject({ n: 12, seen: 8, medianMs: 65, highMs: Infinity });
    expect(summarise([undefined, undefined, undefined]).medianMs).toBe(Infinity);
  });
});

describe("the goals of the healer's figures", () => {
  const well: Shown = {
    faults: [{ name: "crash", goalMs: 300, times: Array.from({ length: 12 }, (_, n) => 100 + n) }],
    falseAlarms: 0,
    quietS: 120,
    longestGapMs: 48,
    cpuShare: 0.03,
    memoryMiB: 120,
  };
  const statesOf = (change: Partial<Shown>): readonly string[] =>
    goalsOf({ ...well, ...change }).map(({ state }) => state);
  const fault = (times: readonly (number | undefined)[]) => ({ faults: [{ name: "crash", goalMs: 300, times }] });

  it("are all kept by a build that keeps them, each with what it reached and what was asked", () => {
    expect(statesOf({})).toEqual(["kept", "kept", "kept", "kept", "kept"]);
    expect(goalsOf(well)[0]).toMatchObject({ what: "crash", reached: "median 0.11 s", goal: "goal 0.30 s" });
  });

  it.each<[string, Partial<Shown>]>([
    ["a fault seen late", fault(Array.from({ length: 12 }, () => 400))],
    ["a fault that was not seen", fault(Array.from({ length: 12 }, () => undefined))],
    ["a fault that no round counts for", fault([])],
    ["a false alarm", { falseAlarms: 1 }],
    ["a feed that pauses", { longestGapMs: 51 }],
    ["a busy loop", { cpuShare: 0.051 }],
    ["a loop that was not seen", { cpuShare: NaN }],
    ["a big loop", { memoryMiB: 151 }],
  ])("miss by %s", (_, change) => {
    expect(statesOf(change).filter((state) => state === "missed")).toHaveLength(1);
  });

  it("are kept by the median alone where too few rounds say how far it may be off", () => {
    expect(statesOf(fault([100, 120, 140]))[0]).toBe("median only");
  });
});

import { describe, expect, it } from "vitest";
import { summarise } from "../../../../programs/bench/healer/figures.ts";

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

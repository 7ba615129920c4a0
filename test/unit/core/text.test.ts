import { counted, durationText, listed, shareBesideText, shareBoundText, shareText } from "../../../src/core/text.ts";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";

const share = fc.oneof(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.tuple(fc.nat(1_000_000), fc.integer({ min: 1, max: 1_000_000 })).map(([n, of]) => Math.min(n, of) / of),
  fc.integer({ min: 1, max: 10 }).map((zeros) => 10 ** -zeros),
  fc.integer({ min: 1, max: 10 }).map((nines) => 1 - 10 ** -nines),
);
/** What a text claims: everything that it can stand for. */
function number(text: string): number {
  return (
    Number(
      text
        .replace(/^[<>] /, "")
        .replace("−", "-")
        .replace(" %", ""),
    ) / 100
  );
}

describe("a share as text", () => {
  test("has at most one decimal, and never says all or nothing of what is neither", () => {
    expect([0, 0.015, 0.999, 0.9996, 0.0004, 1, 1 / 3].map(shareText)).toEqual([
      "0 %",
      "1.5 %",
      "99.9 %",
      "> 99.9 %",
      "< 0.1 %",
      "100 %",
      "33.3 %",
    ]);
    expect([-0.015, -0.0004, -1, -0.9999].map(shareText)).toEqual(["−1.5 %", "> −0.1 %", "−100 %", "< −99.9 %"]);
    fc.assert(
      fc.property(share, (value) => {
        const text = shareText(value);
        if (value > 1e-12) expect(text).not.toBe("0 %");
        if (value < 1 - 1e-12) expect(text).not.toBe("100 %");
        expect(Math.abs(number(text) - value)).toBeLessThanOrEqual(0.001);
        if (text.startsWith("<")) expect(value).toBeLessThan(number(text));
        if (text.startsWith(">")) expect(value).toBeGreaterThan(number(text));
      }),
      { numRuns: 5000 },
    );
  });

  test("as a bound is rounded away from what lies inside, and is never all or nothing when it is not", () => {
    expect([0.9999, 0.2054, 0.0004, 0, 1].map((bound) => shareBoundText(bound, "lower"))).toEqual([
      "99.9 %",
      "20.5 %",
      "> 0 %",
      "0 %",
      "100 %",
    ]);
    expect([0.9999, 0.2054, 0.0004, 0, 1].map((bound) => shareBoundText(bound, "upper"))).toEqual([
      "< 100 %",
      "20.6 %",
      "0.1 %",
      "0 %",
      "100 %",
    ]);
    expect([shareBoundText(-0.0004, "lower"), shareBoundText(-0.0004, "upper")]).toEqual(["−0.1 %", "< 0 %"]);
    fc.assert(
      fc.property(share, fc.boolean(), (size, negative) => {
        const bound = negative ? -size : size;
        const [lower, upper] = [shareBoundText(bound, "lower"), shareBoundText(bound, "upper")];
        expect(number(lower)).toBeLessThanOrEqual(bound + 1e-12);
        expect(number(upper)).toBeGreaterThanOrEqual(bound - 1e-12);
        if (Math.abs(bound) > 1e-12 && Math.abs(bound) < 1 - 1e-12) {
          for (const text of [lower, upper]) expect(["0 %", "100 %", "−100 %"]).not.toContain(text);
        }
      }),
      { numRuns: 5000 },
    );
  });

  test("beside the bound that it breaks is told apart from it, however close", () => {
    expect(shareBesideText(0.010_04, 0.01)).toBe("1.004 %");
    expect(shareBesideText(0.01, 0.01)).toBe("1 %");
    expect(shareBesideText(0.4999, 0.5)).toBe("49.99 %");
    fc.assert(
      fc.property(share, share, (one, other) => {
        if (Math.abs(one - other) > 1e-9) expect(shareBesideText(one, other)).not.toBe(shareText(other));
      }),
    );
  });
});

describe("a count", () => {
  it("has a noun in singular for one alone", () => {
    expect([0, 1, 2].map((count) => counted(count, "false alarm"))).toEqual([
      "0 false alarms",
      "1 false alarm",
      "2 false alarms",
    ]);
  });
});

describe("a list in words", () => {
  it("has one word before its last member", () => {
    expect([[], ["a"], ["a", "b"], ["a", "b", "c"]].map((words) => listed(words))).toEqual([
      "",
      "a",
      "a and b",
      "a, b and c",
    ]);
    expect(listed(["a", "b", "c"], "or")).toBe("a, b or c");
  });
});

describe("a long duration", () => {
  it("is in the greatest unit that leaves two digits", () => {
    expect([0, 119_400, 120_000, 7_140_000, 7_200_000, 9_000_000].map(durationText)).toEqual([
      "0 s",
      "119 s",
      "2 min",
      "119 min",
      "2.0 h",
      "2.5 h",
    ]);
  });
});

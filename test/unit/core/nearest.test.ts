import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { editDistance, nearest, suggestName } from "../../../src/core/nearest.ts";

describe("the nearest name", () => {
  test.each<[string, string, number]>([
    ["", "", 0],
    ["abc", "", 3],
    ["kitten", "sitting", 3],
    ["seed", "sead", 1],
    ["title", "titel", 1],
  ])("%j and %j are %s apart", (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });

  test("the distance is a symmetric one that is 0 for equal words only", () => {
    const word = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        const distance = editDistance(a, b);
        expect(distance).toBe(editDistance(b, a));
        expect(distance === 0).toBe(a === b);
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });

  test("only a near name is suggested, and the nearest one", () => {
    const known = ["restart-replica", "restore-index", "hold"];
    expect(nearest("restore-indx", known)).toBe("restore-index");
    expect(nearest("Hold", known)).toBe("hold");
    expect(nearest("reticulate", known)).toBeUndefined();
    expect(nearest("x".repeat(10_000), known)).toBeUndefined();
  });

  test("without a near name what is known is listed, at most ten of it", () => {
    expect(suggestName("zzzz", ["a", "b"])).toBe("known: a, b");
    expect(suggestName("zzzz", ["a", "b", "a"])).toBe("known: a, b");
    expect(suggestName("zzzz", [])).toBeUndefined();
    const many = Array.from({ length: 12 }, (_, index) => `name${index}`);
    expect(suggestName("zzzz", many)).toMatch(/name9, … \(12 in all\)$/);
  });
});

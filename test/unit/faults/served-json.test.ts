import { expect, test } from "vitest";
import { isSameJson, strangersIn } from "../../../src/faults/parts/served-json.ts";

test("what is served is the same whatever the order of its keys, and not where a share differs", () => {
  expect(isSameJson({ a: 1, b: { c: null, d: [1] } }, { b: { d: [1], c: null }, a: 1 })).toBe(true);
  expect(isSameJson({ canary: { share: 0.2 } }, { canary: { share: 0.3 } })).toBe(false);
});

test("a stranger is a version that was not served before and is not ours, wherever it stands", () => {
  const before = { stable: "b", canary: null, before: ["a"] };
  expect(strangersIn({ stable: "b", canary: { version: "ours", share: 0.5 } }, before, "ours")).toEqual([]);
  expect(strangersIn({ stable: "a", canary: null, before: [] }, before, "ours")).toEqual([]);
  expect(strangersIn({ stable: "c", canary: null, before: ["a", "b", "ours"] }, before, "ours")).toEqual(["c"]);
});

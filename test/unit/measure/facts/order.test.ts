// Facts are measured after the facts that they need.

import { expect, test } from "vitest";
import { inOrderOfNeeds } from "../../../../src/measure/facts/order.ts";
import { factNames, measuringOrder } from "../../../../src/measure/facts/table.ts";

const needs: Readonly<Record<string, readonly string[]>> = { a: ["c"], b: [], c: ["d", "b"], d: [] };

test("what needs another comes after it, wherever its line stands", () => {
  expect(inOrderOfNeeds<string>(["a", "b", "c", "d"], (name) => needs[name] ?? [])).toEqual(["d", "b", "c", "a"]);
  expect(inOrderOfNeeds<string>(["d", "c", "b", "a"], (name) => needs[name] ?? [])).toEqual(["d", "b", "c", "a"]);
});

test("facts that need each other in a circle are a defect of ours, and it is named", () => {
  const circle: Readonly<Record<string, readonly string[]>> = { a: ["b"], b: ["c"], c: ["b"] };
  expect(() => inOrderOfNeeds<string>(["a", "b", "c"], (name) => circle[name] ?? [])).toThrow("a → b → c → b");
});

test("every fact is measured once, and the spans after the marks that they lie between", () => {
  expect(measuringOrder.toSorted()).toEqual(factNames.toSorted());
  for (const [first, second] of [
    ["marks", "mttd"],
    ["recovery", "mttr"],
    ["mttr", "honesty"],
  ] as const) {
    expect(measuringOrder.indexOf(first)).toBeLessThan(measuringOrder.indexOf(second));
  }
});

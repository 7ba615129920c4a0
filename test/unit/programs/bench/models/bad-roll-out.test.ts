import { expect, test } from "vitest";
import { regressionSeenAfter } from "../../../../programs/bench/models/bad-roll-out.ts";

const row = (at: number, type: string, incident: string, more: { readonly class?: string } = {}) => {
  return { at, type, incident, scope: { service: "inference" }, reasons: [], ...more };
};

test("a bad version was seen when its own incident was, and not when something else was seen meanwhile", () => {
  const slow = [row(1000, "detected", "a"), row(1100, "classified", "a", { class: "replica-slow" })];
  const worse = [row(1200, "detected", "b"), row(1300, "classified", "b", { class: "model-regressed" })];
  expect(regressionSeenAfter(slow, 500)).toBeUndefined();
  expect(regressionSeenAfter([...slow, ...worse], 500)).toBe(700);
  expect(regressionSeenAfter(worse, 1250)).toBeUndefined();
});

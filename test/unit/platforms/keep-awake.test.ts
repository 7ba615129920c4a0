import { expect, test } from "vitest";
import { stolenShare } from "../../../src/platforms/processes/keep-awake.ts";

test("reads the stolen share of a machine's time from /proc/stat", () => {
  expect(stolenShare("cpu  60 0 10 20 0 0 0 10 5 0\ncpu0 1 1 1 1 1 1 1 1 1 1\n")).toBeCloseTo(0.1, 10);
});

test("takes a machine without steal, and one that does not say, for one of our own", () => {
  expect(stolenShare("cpu  60 0 10 20 0 0 0 0 0 0\n")).toBe(0);
  expect(stolenShare("")).toBe(0);
});

import { expect, test } from "vitest";
import { boundOfHandles } from "../../../src/platforms/processes/limit-control.ts";

/** How many a process with these handles can open below the bound: the system hands out the lowest free number. */
function opened(open: readonly number[], bound: number): number {
  const taken = new Set(open);
  return Array.from({ length: bound }, (_, number) => number).filter((number) => !taken.has(number)).length;
}

test.each([
  ["no gap", [0, 1, 2, 3, 4]],
  ["gaps", [0, 1, 2, 7, 8, 30]],
  ["its highest far above", [0, 1, 2, 900]],
  ["a gap at the beginning", [1, 2]],
])("a process with %s may open exactly as many handles as there is room for", (_, open) => {
  for (const room of [0, 1, 4, 5, 64]) expect(opened(open, boundOfHandles(open, room))).toBe(room);
  for (const room of [-1, -5, -1024]) {
    expect(opened(open, boundOfHandles(open, room))).toBe(0);
  }
});

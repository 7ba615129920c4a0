import { expect, it } from "vitest";
import { isOver } from "../../src/platforms/processes/process-table.ts";

/** Fields of /proc/<pid>/stat from the third on, as they were read from a process whose first thread had ended before another. */
const stat = (state: string, threads: number): readonly string[] =>
  `${state} 13525 13525 13525 0 -1 4227084 0 0 0 0 0 0 0 0 20 0 ${threads} 0 571204 0 0`.split(" ");

it("a process is over when it is a zombie without other threads, and not as long as one of them holds its ports open", () => {
  expect(isOver(stat("Z", 2))).toBe(false);
  expect(isOver(stat("Z", 1))).toBe(true);
  expect(isOver(stat("Z", 0))).toBe(true);
  expect(isOver(stat("X", 1))).toBe(true);
  expect(isOver(stat("S", 1))).toBe(false);
  expect(isOver(stat("T", 11))).toBe(false);
});

import { expect, it } from "vitest";
import { formatProblem, problemLine } from "../../../../src/core/errors.ts";
import { explained } from "../../../../src/core/problems/explain.ts";
import { problemTable } from "../../../../src/core/problems/index.ts";

it("a code is told with its meaning, the reason, what to do and both examples", () => {
  const lines = explained("RB0107");
  expect(lines[0]).toBe("RB0107: an unknown key");
  const text = lines.join("\n");
  for (const words of [
    "no such key here",
    "Why: A key that is not read",
    "What to do: ",
    "  tag: [smoke]",
    "  tags: [smoke]",
  ])
    expect(text).toContain(words);
});

it("no explanation is longer than a screen, however long its example", () => {
  for (const code of problemTable.keys()) {
    expect(explained(code).length).toBeLessThan(30);
    expect(Math.max(...explained(code).map((line) => line.length))).toBeLessThan(420);
  }
});

it("a problem's line ends with its code, where it has one", () => {
  const problem = { place: { file: "a.yaml", line: 2, column: 3 }, found: "x", expected: "y", suggestion: "z" };
  expect(problemLine({ code: "RB0107", ...problem })).toBe("a.yaml:2:3: x; expected y; z [RB0107]");
  expect(problemLine(problem)).toBe(formatProblem(problem));
});

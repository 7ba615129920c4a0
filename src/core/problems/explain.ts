// A code in words, as `rebound explain` prints it.

import { problemTable, type ProblemCode } from "./index.ts";

/** Longer examples are only long. */
const mostShown = 400;

/** Lines about one code: what it means, why, what to do, and an example of each. */
export function explained(code: ProblemCode): readonly string[] {
  const entry = problemTable.get(code);
  if (entry === undefined) return [];
  const { title, means, why, todo } = entry;
  const [wrong, right] = [shownExample(entry.wrong), shownExample(entry.right)];
  const indented = (text: string): readonly string[] => text.split("\n").map((line) => `  ${line}`);
  return [
    `${code}: ${title}`,
    "",
    means,
    `Why: ${why}`,
    `What to do: ${todo}`,
    "",
    "Wrong:",
    ...indented(wrong),
    "Right:",
    ...indented(right),
  ];
}

/** An example as people are shown it, cut where it is only long. */
export function shownExample(text: string): string {
  return text.length > mostShown ? `${text.slice(0, 80)}… and so on` : text;
}

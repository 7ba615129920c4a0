// The table of codes: everything that the linter refuses, with what it means and what to do. `rebound explain` prints
// it, experiments/problems.md is made from it, and a test lints each of its examples.

import { conditionProblems } from "./conditions.ts";
import type { ProblemEntry } from "./entry.ts";
import { expectationProblems } from "./expectations.ts";
import { harmProblems } from "./harm.ts";
import { nameAndLoadProblems } from "./names-and-load.ts";
import { otherFileProblems } from "./other-files.ts";
import { targetProblems } from "./targets.ts";
import { textProblems } from "./text.ts";

const table = {
  ...textProblems,
  ...conditionProblems,
  ...nameAndLoadProblems,
  ...harmProblems,
  ...expectationProblems,
  ...targetProblems,
  ...otherFileProblems,
} as const satisfies Record<string, ProblemEntry>;

/** `RB0107` and its like: what a problem of a file is known by. It keeps its meaning for ever. */
export type ProblemCode = keyof typeof table;

/** Every code with its entry, in the order of the codes. */
export const problemTable: ReadonlyMap<ProblemCode, ProblemEntry> = new Map(
  (Object.entries(table) as [ProblemCode, ProblemEntry][]).toSorted(([a], [b]) => a.localeCompare(b)),
);

/** The code that this word means, in whatever case, with or without `RB`; undefined for none. */
export function problemCodeOf(word: string): ProblemCode | undefined {
  const wanted = `RB${word.trim().toUpperCase().replace(/^RB/, "")}`;
  return [...problemTable.keys()].find((code) => code === wanted);
}

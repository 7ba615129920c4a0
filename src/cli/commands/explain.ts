// `rebound explain`: what a code of the linter means; without one, every code there is.

import { HarnessError } from "../../core/errors.ts";
import { suggestName } from "../../core/nearest.ts";
import { explained } from "../../core/problems/explain.ts";
import { problemCodeOf, problemTable } from "../../core/problems/index.ts";
import { printLines } from "../table.ts";

/** Explains one code; throws HarnessError "bad-input" for a word that is none. */
export async function explain(word: string | undefined): Promise<number> {
  if (word === undefined) {
    printLines([...problemTable].map(([code, { title }]) => `${code}  ${title}`));
    return 0;
  }
  const code = problemCodeOf(word);
  if (code === undefined) {
    const hint = suggestName(word.toUpperCase(), [...problemTable.keys()]);
    throw new HarnessError("bad-input", `there is no code "${word}"`, {
      hint: `${hint === undefined ? "" : `${hint}; `}\`rebound explain\` lists all of them`,
    });
  }
  printLines(explained(code));
  return 0;
}

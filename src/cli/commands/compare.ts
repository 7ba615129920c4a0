// `rebound compare A B`: whether detection or recovery became slower from one to the other.

import { seededRandom } from "../../core/random.ts";
import { comparisonLines } from "../../report/compare-text.ts";
import { sidesOf } from "../../run/compare-sides.ts";
import { compareRows } from "../../verdict/compare-rows.ts";
import { exitCodes } from "../exit.ts";
import { noteLines } from "../../run/recorded-words.ts";
import { printLines, sayLines } from "../table.ts";

/** Prints what became of each time of each intent; exit code 1 when one is a regression. */
export async function compare(before: string, after: string, { out }: { readonly out: string }): Promise<number> {
  const sides = await sidesOf(before, after, out);
  sayLines(noteLines(sides));
  const comparison = compareRows(sides.before, sides.after, seededRandom(1, "compare"));
  printLines(comparisonLines(comparison));
  return comparison.pairs.some(({ verdict }) => verdict === "regression") ? exitCodes.fail : exitCodes.pass;
}

// A measured time against the time allowed, when both ends of the measured interval matter.

import type { Ms } from "../core/units.ts";
import type { Outcome, Span } from "../core/verdict.ts";

/** pass when all of the interval keeps the budget, fail when none of it does, inconclusive when it straddles it. */
export function withinBudget(span: Span, withinMs: Ms): Outcome {
  if (span.hi <= withinMs) return "pass";
  return span.lo > withinMs ? "fail" : "inconclusive";
}

/** How the answer of `withinBudget` reads after the figure. */
export const budgetWords: Readonly<Record<Outcome, string>> = {
  pass: "within",
  fail: "later than",
  inconclusive: "too close to tell from",
};

// A measured time against the time allowed, when both ends of the measured interval matter.

import type { Ms } from "../core/units.ts";
import type { Span } from "../records/interval.ts";
import type { Outcome } from "../records/results/outcome.ts";

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

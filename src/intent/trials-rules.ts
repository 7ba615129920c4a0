// What must be true of the number of trials when it is left open: bounds in order, and a budget in which a trial has
// room.

import { isTreatment } from "../core/arms.ts";
import { formatDuration } from "../core/duration.ts";
import type { Draft } from "./draft.ts";
import { msOf } from "./draft.ts";

/** A budget is at most a day: who wants more runs twice. */
const longestBudgetMs = 24 * 3_600_000;

/** Checks `trials` where it asks for as many as are needed. */
export function checkTrials(draft: Draft): void {
  const { trials, load, arms, expect } = draft.parts;
  if (typeof trials !== "object") return;
  const { least, most, budget } = trials;
  if (arms && expect && !(arms.some(isTreatment) && expect.recovered)) {
    const expected = "a number; only the arm treatment with `expect.recovered` tells when trials are enough";
    draft.report(["trials"], { code: "RB0713", found: "trials that end when there is enough", expected }, "key");
  }
  if (least !== undefined && least > most) {
    draft.report(["trials", "least"], {
      code: "RB0713",
      found: `${least}`,
      expected: `at most the most there may be: ${most}`,
    });
  }
  const budgetMs = msOf(budget);
  if (budget === undefined || budgetMs === undefined) return;
  // A trial that is not even warm when the budget is over was planned for nothing.
  const shortest = (msOf(load?.warmup) ?? 0) + (msOf(load?.baseline) ?? 0);
  if (budgetMs > shortest && budgetMs <= longestBudgetMs) return;
  const expected = `more than one trial's warmup and baseline (${formatDuration(shortest)}), up to ${formatDuration(longestBudgetMs)}`;
  draft.report(["trials", "budget"], { code: "RB0714", found: budget, expected });
}

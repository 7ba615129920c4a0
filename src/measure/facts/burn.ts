// The error budget that was burnt: over [t1, t6], to the end of observing when it was not healed, and from t0 when
// users were never hurt for long.

import { errorBudgetBurn } from "../cost/burn.ts";
import { fact } from "./fact.ts";

export const burn = fact(
  "burn",
  ["marks", "recovery"],
  ({ plan, course, settledIn }, { marks: { t1, t6 }, recovery }) => {
    const { budget } = plan.expect;
    if (course === undefined || budget === undefined) return undefined;
    const to = recovery === "healed" && t6 !== undefined ? t6.at : course.until;
    const settled = settledIn({ from: t1?.at ?? course.since, to }, budget.stream);
    return settled && errorBudgetBurn(settled, budget.slo);
  },
);

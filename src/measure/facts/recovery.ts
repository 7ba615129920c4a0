// Whether it recovered, whose merit that was, and whether it stayed so.

import { recoveryOf, relapseAfter } from "../marks/recovery.ts";
import { fact } from "./fact.ts";

export const recovery = fact("recovery", [], ({ plan, course, settledIn }) => {
  if (course === undefined) return "unseen";
  const { periods, since, until, byWindow } = course;
  return recoveryOf(byWindow, plan, { periods, since, settled: settledIn({ from: since, to: until }) });
});

export const relapse = fact("relapse", [], ({ plan, course }) =>
  course === undefined
    ? { watchedMs: 0, wantedMs: 5 * plan.holdMs }
    : relapseAfter(course.byWindow, plan, course.periods),
);

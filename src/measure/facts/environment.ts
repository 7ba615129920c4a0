// Whether others took the target's processors, over the stretches in which it matters.

import type { TrialPlan } from "../../records/plan.ts";
import type { Mark } from "../../records/interval.ts";
import { makePressureTally } from "../cost/environment.ts";
import type { Stretch } from "../cost/environment.ts";
import { foldedFact } from "./fact.ts";
import type { Course } from "./trial-view.ts";

export const environment = foldedFact("environment", ["marks"], () => {
  const tally = makePressureTally();
  return {
    add: (event) => tally.take(event),
    done: ({ plan, course }, { marks }) => course && tally.facts(stretchesOf(plan, course, marks.t6)),
  };
});

/** Before the injection; from it to the recovery, or to where all was due; and from there on. */
function stretchesOf({ expect }: TrialPlan, { periods, since, until }: Course, t6: Mark | undefined): Stretch[] {
  const allowed = Math.max(expect.detected?.withinMs ?? 0, expect.recovered?.withinMs ?? 0);
  const recovered = Math.min(until, t6?.hi ?? (allowed > 0 ? since + allowed : until));
  const all: Stretch[] = [
    { name: "baseline", from: periods.baselineFrom, to: Math.min(periods.baselineTo, since) },
    { name: "disturbed", from: since, to: recovered },
    { name: "afterwards", from: recovered, to: until },
  ];
  return all.filter(({ from, to }) => to > from);
}

// The durations between marks. MTTR, resolve and TTM exist only for a recovery that held under the fault: a trial that
// was waited out is censored, not slow.

import type { TrialPlan } from "../../records/plan.ts";
import type { TrialFacts } from "../../records/facts/facts.ts";
import type { Mark } from "../../records/interval.ts";
import { heldUnderFault } from "../marks/recovery.ts";
import { claimMarks } from "../marks/claim-marks.ts";
import { faultSites } from "../marks/sites.ts";
import { forward, spanBetween } from "../marks/spans.ts";
import { fact } from "./fact.ts";

/** A target without a feed is a black box: its first observable action stands for its detection. */
function detection(plan: TrialPlan, { t2, t4 }: TrialFacts["marks"]): readonly [Mark | undefined, "t2" | "t4"] {
  return plan.targetFacts.hasFeed ? [t2, "t2"] : [t4, "t4"];
}

/**
 * A detection may rest on signals that are some seconds old. That it came sooner once was luck, so the interval reaches
 * up to their age.
 */
export const mttd = fact("mttd", ["marks"], ({ plan, timeline, course }, { marks }) => {
  const [seen, name] = detection(plan, marks);
  const span = forward(spanBetween(marks.t0, seen, `${name} − t0`));
  if (span === undefined || course === undefined || name !== "t2") return span;
  const { freshMs = 0 } = claimMarks(timeline, faultSites(plan), course.since);
  return { ...span, hi: Math.max(span.hi, freshMs) };
});

export const detectionAfterImpact = fact("detectionAfterImpact", ["marks"], ({ plan }, { marks }) => {
  const [seen, name] = detection(plan, marks);
  return spanBetween(marks.t1, seen, `${name} − t1`);
});

export const mttr = fact("mttr", ["marks", "recovery"], (_, { marks, recovery }) =>
  recovery === "healed" ? forward(spanBetween(marks.t0, marks.t6, "t6 − t0")) : undefined,
);

export const resolve = fact("resolve", ["marks", "recovery"], ({ plan }, { marks, recovery }) => {
  const [seen, name] = detection(plan, marks);
  return recovery === "healed" ? spanBetween(seen, marks.t6, `t6 − ${name}`) : undefined;
});

export const ttm = fact("ttm", ["marks"], ({ plan, course }, { marks }) => {
  if (course === undefined || !heldUnderFault(course.byWindow.rows.t5, plan, course.periods)) return undefined;
  return forward(spanBetween(marks.t1, marks.t5, "t5 − t1"));
});

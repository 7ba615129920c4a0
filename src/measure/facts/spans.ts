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

/** Without a feed nobody says when it was detected. */
function detection({ targetFacts }: TrialPlan, { t2 }: TrialFacts["marks"]): Mark | undefined {
  return targetFacts.hasFeed ? t2 : undefined;
}

/**
 * A detection may rest on signals that are some seconds old. That it came sooner once was luck, so the interval reaches
 * up to their age.
 */
export const mttd = fact("mttd", ["marks"], ({ plan, timeline, course }, { marks }) => {
  const span = forward(spanBetween(marks.t0, detection(plan, marks), "t2 − t0"));
  if (span === undefined || course === undefined) return span;
  const { freshMs = 0 } = claimMarks(timeline, faultSites(plan), course.since);
  return { ...span, hi: Math.max(span.hi, freshMs) };
});

/** Who acts has noticed, so without a feed the first action bounds the detection from above. */
export const firstAction = fact("firstAction", ["marks"], ({ plan }, { marks }) =>
  plan.targetFacts.hasFeed ? undefined : forward(spanBetween(marks.t0, marks.t4, "t4 − t0")),
);

export const detectionAfterImpact = fact("detectionAfterImpact", ["marks"], ({ plan }, { marks }) =>
  spanBetween(marks.t1, detection(plan, marks), "t2 − t1"),
);

export const mttr = fact("mttr", ["marks", "recovery"], (_, { marks, recovery }) =>
  recovery === "healed" ? forward(spanBetween(marks.t0, marks.t6, "t6 − t0")) : undefined,
);

export const resolve = fact("resolve", ["marks", "recovery"], ({ plan }, { marks, recovery }) =>
  recovery === "healed" ? spanBetween(detection(plan, marks), marks.t6, "t6 − t2") : undefined,
);

export const ttm = fact("ttm", ["marks"], ({ plan, course }, { marks }) => {
  if (course === undefined || !heldUnderFault(course.byWindow.rows.t5, plan, course.periods)) return undefined;
  return forward(spanBetween(marks.t1, marks.t5, "t5 − t1"));
});

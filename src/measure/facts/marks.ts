// The instants of the trial, t0 to t8. A mark that was not reached is absent.

import type { TrialFacts } from "../../records/facts/facts.ts";
import type { Mark } from "../../records/interval.ts";
import { markSlackMs } from "../cost/load-facts.ts";
import { loopLagAt } from "../cost/pace-bounds.ts";
import { actingMark } from "../marks/acting.ts";
import { claimMarks } from "../marks/claim-marks.ts";
import { clearedMark, noLaterThan } from "../marks/injection.ts";
import { faultSites } from "../marks/sites.ts";
import { fact } from "./fact.ts";
import type { Course, MeasuredTrial } from "./trial-view.ts";

export const marks = fact("marks", [], (trial) => (trial.course === undefined ? {} : marksOf(trial, trial.course)));

function marksOf({ plan, timeline, load }: MeasuredTrial, course: Course): TrialFacts["marks"] {
  const { since, until } = course;
  const { t1, t5, t6 } = course.byWindow;
  const sites = faultSites(plan);
  const claimed = claimMarks(timeline, sites, since, until);
  // A harness that is late reads late, too. What came before it looked may have come before the sign of life that it
  // read then.
  const slack = markSlackMs(load);
  const earlier = (mark: Mark | undefined): Mark | undefined =>
    mark && { ...mark, lo: Math.min(mark.at, Math.max(since, mark.lo - slack - loopLagAt(timeline, mark.at))) };
  const [t2, t2c, t3, t7] = [claimed.t2, claimed.t2c, claimed.t3, claimed.t7].map(earlier);
  const t4 = actingMark({ plan, timeline }, sites, { since, until });
  const t0 = noLaterThan(course.t0, [t2, t4, t6]);
  const t8 = clearedMark(timeline);
  return {
    ...(t0 && { t0 }),
    ...(t1 && { t1 }),
    ...(t2 && { t2 }),
    ...(t2c && { t2c }),
    ...(t3 && { t3 }),
    ...(t4 && { t4 }),
    ...(t5 && { t5 }),
    ...(t6 && { t6 }),
    ...(t7 && { t7 }),
    ...(t8 && { t8 }),
  };
}

// The pathway whose action took place on the true site, by the claims.

import type { ClaimEvent } from "../../records/timeline/feed.ts";
import type { TimelineEvent } from "../../records/timeline/event.ts";
import type { TrialPlan } from "../../records/plan.ts";
import type { Ms } from "../../core/units.ts";
import { claimedAction } from "../marks/claim-marks.ts";
import { faultSites } from "../marks/sites.ts";
import { fact } from "./fact.ts";

export const pathway = fact("pathway", ["marks", "recovery"], ({ plan, timeline, course }, { marks, recovery }) => {
  if (course === undefined) return null;
  const { since, until, periods } = course;
  const end = recovery === "healed" ? (marks.t6?.hi ?? periods.end) : until;
  return actionBy({ plan, timeline }, since, end)?.claim.pathway ?? null;
});

/**
 * The action that was claimed done on the fault's sites by an instant (ms), usually that of recovery; or one that was
 * under way then and was done before recovery had held.
 */
export function actionBy(
  { plan, timeline }: { readonly plan: TrialPlan; readonly timeline: readonly TimelineEvent[] },
  since: Ms,
  until: Ms,
): ClaimEvent | undefined {
  const underWayUntil = until + plan.holdMs;
  return claimedAction(timeline, faultSites(plan), { since, until, underWayUntil, noOps: plan.ablated });
}

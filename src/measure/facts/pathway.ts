// The pathway whose action took place on the true site: by the claims, or by what was seen where nobody claims actions.

import type { ClaimEvent } from "../../records/timeline/feed.ts";
import type { TimelineEvent } from "../../records/timeline/event.ts";
import type { TrialPlan } from "../../records/plan.ts";
import type { Ms } from "../../core/units.ts";
import { claimedAction } from "../marks/claim-marks.ts";
import { actionSeen } from "../marks/seen-actions.ts";
import { faultSites } from "../marks/sites.ts";
import { fact } from "./fact.ts";

export const pathway = fact("pathway", ["marks", "recovery"], ({ plan, timeline, course }, { marks, recovery }) => {
  if (course === undefined) return null;
  const { since, until, periods } = course;
  const isHealed = recovery === "healed";
  const end = isHealed ? (marks.t6?.hi ?? periods.end) : until;
  const claimed = actionBy({ plan, timeline }, { since, until: end, orUnderWay: isHealed })?.claim.pathway;
  return claimed ?? actionSeen({ plan, timeline }, { since, until: end, seenUntil: until })?.pathway ?? null;
});

interface ActionSought {
  readonly since: Ms;
  /** Usually when it recovered. */
  readonly until: Ms;
  /** Whether one counts that was under way then, and was done before the recovery had held. */
  readonly orUnderWay?: boolean;
  /** Only of this one; absent: of any. */
  readonly pathway?: string;
}

/** The action that was claimed done on the fault's sites by an instant, ms. */
export function actionBy(
  { plan, timeline }: { readonly plan: TrialPlan; readonly timeline: readonly TimelineEvent[] },
  { since, until, orUnderWay = false, pathway: only }: ActionSought,
): ClaimEvent | undefined {
  const underWayUntil = orUnderWay ? until + plan.holdMs : until;
  return claimedAction(timeline, faultSites(plan), { since, until, underWayUntil, noOps: plan.ablated, only });
}

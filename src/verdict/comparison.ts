// What trials with less of the healer may tell of recovery, and to whose credit it came.

import type { TrialPlan } from "../records/plan.ts";
import type { TrialFacts } from "../records/facts/facts.ts";
import type { Ms } from "../core/units.ts";
import { seconds } from "./wording.ts";

const unclear = {
  "not-disturbed": "the steady state never broke",
  unseen: "too few windows were seen",
} as const;

/** Why it cannot be told whether the stack stayed broken until our revert at `until` (ms); undefined when it can. */
export function brokenDoubt({ recovery, marks }: TrialFacts, holdMs: Ms, until: Ms): string | undefined {
  if (recovery === "not-disturbed" || recovery === "unseen") return unclear[recovery];
  if (recovery !== "waited-out" || marks.t6 === undefined || marks.t6.at >= until) return undefined;
  return `good since ${seconds(marks.t6.at)}, but our revert at ${seconds(until)} cut the hold of ${seconds(holdMs)} short`;
}

/** Pathway that was claimed done on the site and was not switched off; undefined when there was none. */
export function otherAction(
  { ablated }: Pick<TrialPlan, "ablated">,
  { pathway }: Pick<TrialFacts, "pathway">,
): string | undefined {
  return pathway === null || ablated.includes(pathway) ? undefined : pathway;
}

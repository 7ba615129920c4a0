// How a planned trial is named.

import type { TrialPlan } from "../records/plan.ts";

export type { PlannedDisturbance, TrialPlan } from "../records/plan.ts";

/** `network/inference-latency ablation-2`: the one way a trial is named. */
export function trialName(plan: Pick<TrialPlan, "intent" | "arm" | "index">): string {
  return `${plan.intent} ${plan.arm}-${plan.index}`;
}

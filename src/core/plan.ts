// How a planned trial and its disturbances are named, and what they do.

import { siteName } from "./controls.ts";
import type { PlannedDisturbance, TrialPlan } from "../records/plan.ts";

/** True of a disturbance that harms a replica, an edge or a service: no benign change, nor one that does nothing. */
export function harmsSite({ harmless, site }: PlannedDisturbance): boolean {
  return harmless !== true && site.service !== "";
}

/** A disturbance that acts on no replica, in words: what it does is in its parameters. `load.change times 1.5`. */
export function withoutSite({ fault, params }: Pick<PlannedDisturbance, "fault" | "params">): string {
  return [fault, ...Object.entries(params).map(([key, value]) => `${key} ${JSON.stringify(value)}`)].join(" ");
}

/** A disturbance with its place, in words: `ingestion.churn on ingestion, felt by vector`, `load.change times 1.5`. */
export function withPlace(planned: Pick<PlannedDisturbance, "fault" | "params" | "site" | "feltBy">): string {
  const { fault, site, feltBy } = planned;
  if (site.replica === "") return withoutSite(planned);
  return `${fault} on ${siteName(site)}${feltBy === undefined ? "" : `, felt by ${feltBy}`}`;
}

/**
 * The faults of a trial as one name, `network.latency + process.kill`; what changes nothing is named where it is alone.
 */
export function faultsName(disturbances: readonly Pick<PlannedDisturbance, "fault" | "harmless">[]): string {
  const harmful = disturbances.filter(({ harmless }) => harmless !== true);
  const named = harmful.length === 0 ? disturbances : harmful;
  return [...new Set(named.map(({ fault }) => fault))].sort().join(" + ") || "nothing";
}

/** `network/inference-latency ablation-2`: the one way a trial is named. */
export function trialName(plan: Pick<TrialPlan, "intent" | "arm" | "index">): string {
  return `${plan.intent} ${plan.arm}-${plan.index}`;
}

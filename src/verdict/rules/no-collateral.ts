// The healer may touch what is sick. What it does to healthy replicas is damage, however green the latency.

import { isTreated } from "../../core/arms.ts";
import type { Rule } from "../../core/verdict.ts";
import { faultSites } from "../../measure/marks/sites.ts";
import { disturbance } from "../observation.ts";
import { places, seconds } from "../wording.ts";

/**
 * Fails on an action or an inventory change on a replica that is no site, and on a stack that was made smaller: a
 * replica taken out of the inventory, or every replica of a service drained. A sibling that takes over the site's share
 * is no damage.
 */
export const noCollateral: Rule = (record, facts) => {
  const trial = disturbance(record, facts);
  const sites = faultSites(record.plan);
  if (!isTreated(record.plan.arm) || trial === undefined || sites.length === 0) return null;
  const { since, until } = trial;
  const { overReach } = facts;
  if (overReach === undefined) return { outcome: "inconclusive", says: "the inventory was never seen", restsOn: [] };
  const { touches, healthy, drained } = overReach;
  // The healer's own word says more than the change that follows from it.
  const first = touches.find(({ by }) => by === "claim") ?? touches[0];
  if (first !== undefined) {
    const more = healthy.length > 1 ? `; healthy and touched in all: ${healthy.join(", ")}` : "";
    const says = `${first.says} at ${seconds(first.at.at)}, the fault is on ${places(sites)}${more}`;
    return { outcome: "fail", says, restsOn: touches.map(({ at }) => at.at) };
  }
  if (drained !== undefined) {
    return { outcome: "fail", says: `every replica of ${drained} was drained at the end`, restsOn: [until] };
  }
  return {
    outcome: "pass",
    says: `nothing but ${places(sites)} was touched in ${seconds(until - since)}`,
    restsOn: [since, until],
  };
};

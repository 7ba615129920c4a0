// The healer may touch what is sick. What it does to healthy replicas is damage, however green the latency.

import type { SiteRef } from "../../core/platform.ts";
import type { Inventory } from "../../core/inventory.ts";
import type { Rule } from "../../core/verdict.ts";
import { faultSites, isSite, scopeContainsAny } from "../../measure/sites.ts";
import { eventsOf } from "../../measure/timeline-view.ts";
import { changeText, claimedActions, seenChanges } from "../deeds.ts";
import type { SeenChange } from "../deeds.ts";
import { disturbance } from "../observation.ts";
import { places, seconds } from "../wording.ts";

/**
 * Fails on an action or an inventory change on a replica that is no site, and on a stack that was made smaller: a replica taken
 * out of the inventory, or every replica of a service drained. A sibling that takes over the site's share is no damage.
 */
export const noCollateral: Rule = (record, facts) => {
  const trial = disturbance(record, facts);
  const sites = faultSites(record.plan);
  if (record.plan.arm !== "treatment" || trial === undefined || sites.length === 0) return null;
  const { since, until } = trial;
  const looks = eventsOf(record.timeline, "inventory").filter((event) => event.at <= until);
  if (looks.length === 0) return { outcome: "inconclusive", says: "the inventory was never seen", restsOn: [] };
  const strayed = claimedActions(record, since, until).find(
    ({ claim }) => namesPlace(claim) && !scopeContainsAny(claim.scope, sites),
  );
  if (strayed !== undefined) {
    const { pathway = "an action", scope } = strayed.claim;
    const says = `${pathway} was started on ${scope.replica ?? scope.service ?? ""} at ${seconds(strayed.at)}, the fault is on ${places(sites)}`;
    return { outcome: "fail", says, restsOn: [strayed.at] };
  }
  const harm = seenChanges(record, since, until).find((change) => isHarm(change, sites));
  if (harm !== undefined) {
    const says = `the inventory shows ${changeText(harm)} at ${seconds(harm.at)}, the fault is on ${places(sites)}`;
    return { outcome: "fail", says, restsOn: [harm.at] };
  }
  const last = looks.at(-1);
  const drained = last === undefined ? undefined : drainedService(last.inventory);
  if (drained !== undefined) {
    return {
      outcome: "fail",
      says: `every replica of ${drained} was drained at the end`,
      restsOn: last === undefined ? [] : [last.at],
    };
  }
  return {
    outcome: "pass",
    says: `nothing but ${places(sites)} was touched in ${seconds(until - since)}`,
    restsOn: [since, until],
  };
};

function namesPlace(claim: { readonly scope: { readonly service?: string; readonly replica?: string } }): boolean {
  return claim.scope.service !== undefined || claim.scope.replica !== undefined;
}

function isHarm(change: SeenChange, sites: readonly SiteRef[]): boolean {
  if (change.field === "presence") return change.after === null || !isSite(change, sites);
  if (isSite(change, sites)) return false;
  const tookOver =
    change.field === "weight" &&
    sites.some((site) => site.service === change.service) &&
    typeof change.before === "number" &&
    typeof change.after === "number" &&
    change.after > change.before;
  return !tookOver;
}

function drainedService({ replicas }: Inventory): string | undefined {
  const services = [...new Set(replicas.map(({ service }) => service))];
  return services.find((service) =>
    replicas.filter((replica) => replica.service === service).every((replica) => replica.weight === 0),
  );
}

// Where the plan does harm, and whether something the target says or shows speaks of that place.

import { harmsSite } from "../../core/plan.ts";
import type { TrialPlan } from "../../records/plan.ts";
import type { SiteRef } from "../../records/site.ts";
import type { Claim } from "../../records/claim.ts";

/**
 * The sites of the plan's real faults, and as a whole the services in which they were declared to show; empty when only
 * load is disturbed, or nothing.
 */
export function faultSites(plan: TrialPlan): SiteRef[] {
  const harming = plan.disturbances.filter(harmsSite);
  const felt = new Set(harming.flatMap(({ feltBy }) => feltBy ?? []));
  return [...harming.map(({ site }) => site), ...[...felt].map((service) => ({ service, replica: "" }))];
}

/**
 * True when the scope names the site or its whole service; a scope that names neither speaks of no place. A site
 * without a replica is the service as a whole, and each of its replicas is a part of it.
 */
export function scopeContains(scope: Claim["scope"], site: SiteRef): boolean {
  if (scope.service === undefined && scope.replica === undefined) return false;
  const service = scope.service === undefined || scope.service === site.service;
  if (site.replica === "") return scope.service === site.service;
  return service && (scope.replica === undefined || scope.replica === site.replica);
}

/** True when the scope contains one of the sites. */
export function scopeContainsAny(scope: Claim["scope"], sites: readonly SiteRef[]): boolean {
  return sites.some((site) => scopeContains(scope, site));
}

/** True when the replica is one of the sites, or a part of one. */
export function isSite(of: { readonly service: string; readonly replica: string }, sites: readonly SiteRef[]): boolean {
  return sites.some((site) => site.service === of.service && (site.replica === "" || site.replica === of.replica));
}

// What the healer did to replicas that were not sick, by its own word and by what the platform shows: from the timeline
// alone.

import type { Inventory } from "../../records/inventory.ts";
import type { OverReachFacts, Touch } from "../../records/facts/over-reach.ts";
import type { SiteRef } from "../../records/site.ts";
import type { SeenKind, TrialPlan } from "../../records/plan.ts";
import type { InventoryChange } from "../../records/timeline/inventory.ts";
import type { Ms } from "../../core/units.ts";
import type { TrialRecord } from "../../core/verdict.ts";
import { actionsAreSeen, changesBetween, changeText } from "../marks/acting.ts";
import { arrivals } from "../marks/claim-marks.ts";
import { faultSites, isSite, scopeContainsAny } from "../marks/sites.ts";
import { eventsOf } from "../windows/timeline-view.ts";

/**
 * Touches of what is no site in [since, until] (t0's lower bound and the end of observing, ms). A sibling that takes
 * over the site's share of traffic is not touched. Undefined when the inventory was never seen: then nothing can be
 * said of what was left alone.
 */
export function overReach(record: TrialRecord, stretch: { since: Ms; until: Ms }): OverReachFacts | undefined {
  const { plan, timeline } = record;
  const sites = faultSites(plan);
  const last = eventsOf(timeline, "inventory").findLast((event) => event.at <= stretch.until);
  if (last === undefined) return undefined;
  const changed = changedIn(record, stretch);
  const kinds = looksOf(plan);
  const touches = [
    ...strayClaims(record, sites, stretch),
    ...changed.filter(({ change }) => isHarm(change, sites, kinds)),
  ]
    .map(({ touch }) => touch)
    .sort((a, b) => a.at.at - b.at.at);
  const healthy = touches.filter(({ service = "", replica = "" }) => !isSite({ service, replica }, sites)).map(nameOf);
  const planned = plannedReplicas(sites, last.inventory);
  const hit = changed.filter(({ change }) => isSite(change, sites) || isHarm(change, sites, kinds));
  const actual = new Set([...planned, ...healthy, ...hit.map(({ change }) => change.replica)]);
  const drained = drainedService(last.inventory);
  return {
    touches,
    healthy: [...new Set(healthy)],
    ...(drained !== undefined && { drained }),
    radius: { planned: planned.size, actual: actual.size, of: last.inventory.replicas.length },
  };
}

/** Of a service as a whole those that the inventory shows. */
function plannedReplicas(sites: readonly SiteRef[], { replicas }: Inventory): Set<string> {
  const own = replicas.filter((one) => isSite(one, sites)).map(({ replica }) => replica);
  return new Set([...own, ...sites.flatMap(({ replica }) => (replica === "" ? [] : replica))]);
}

function nameOf({ service, replica }: Touch): string {
  return replica ?? service ?? "no named place";
}

interface Traced<T> {
  readonly touch: Touch;
  readonly change: T;
}

/** Started actions whose scope names a place that contains no site. */
function strayClaims(
  { timeline }: TrialRecord,
  sites: readonly SiteRef[],
  { since, until }: { since: Ms; until: Ms },
): Traced<undefined>[] {
  const strayed = eventsOf(timeline, "claim").filter(({ at, claim: { type, scope } }) => {
    const namesPlace = scope.service !== undefined || scope.replica !== undefined;
    return type === "action.started" && at >= since && at <= until && namesPlace && !scopeContainsAny(scope, sites);
  });
  if (strayed.length === 0) return [];
  const arrived = arrivals(timeline, since);
  return strayed.map((event) => {
    const { scope, pathway = "an action" } = event.claim;
    const says = `${pathway} was started on ${scope.replica ?? scope.service ?? ""}`;
    return { touch: { ...scope, by: "claim" as const, at: arrived(event), says }, change: undefined };
  });
}

function changedIn(record: TrialRecord, { since, until }: { since: Ms; until: Ms }): Traced<InventoryChange>[] {
  return changesBetween(record, since, until).flatMap((event) => {
    const at = { at: event.at, lo: Math.max(since, Math.min(event.lastSameFrom, event.at)), hi: event.at };
    return event.changes.map((change) => {
      const { service, replica } = change;
      const says = `the inventory shows ${changeText(change)}`;
      return { touch: { service, replica, by: "inventory" as const, at, says }, change };
    });
  });
}

/** By what a declared pathway is known, where actions are told by what is seen. */
function looksOf(plan: TrialPlan): ReadonlySet<SeenKind> {
  if (!actionsAreSeen(plan)) return new Set();
  return new Set(Object.values(plan.targetFacts.traits ?? {}).flatMap(({ seenAs }) => seenAs ?? []));
}

/** Replicas of a site's service that come and go as a declared pathway says are its action, and no harm. */
function isDeclared(change: InventoryChange, sites: readonly SiteRef[], kinds: ReadonlySet<SeenKind>): boolean {
  if (!sites.some(({ service }) => service === change.service)) return false;
  if (change.after !== null) return kinds.has("replace") || kinds.has("scale-out");
  return kinds.has(isSite(change, sites) ? "replace" : "scale-in");
}

function isHarm(change: InventoryChange, sites: readonly SiteRef[], kinds: ReadonlySet<SeenKind>): boolean {
  if (change.field === "presence" && isDeclared(change, sites, kinds)) return false;
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

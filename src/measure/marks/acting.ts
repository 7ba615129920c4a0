// t4: the first side effect of the healer on the site, as the platform shows it. What the fault or we did does not
// count.

import type { SiteRef } from "../../records/site.ts";
import type { InventoryReplica } from "../../records/inventory.ts";
import type { InventoryChange, InventoryEvent } from "../../records/timeline/inventory.ts";
import type { Ms } from "../../core/units.ts";
import type { Mark } from "../../records/interval.ts";
import type { FaultEvent } from "../../records/timeline/fault.ts";
import { isSite } from "./sites.ts";
import { withoutOperators } from "./operated.ts";
import { mayBeOurs, type Stretch } from "./stretch.ts";
import { eventsOf } from "../windows/timeline-view.ts";
import type { TrialPlan } from "../../records/plan.ts";
import type { TimelineEvent } from "../../records/timeline/event.ts";

/**
 * True when a change of the inventory is somebody's action. A process that is gone is not: it may have died of the
 * fault, and a restart shows by the process that comes back.
 */
function isAction(change: InventoryChange): boolean {
  return change.field === "instance" ? change.after !== null : true;
}

type ToldEvent = NonNullable<FaultEvent["told"]>["event"];

/** What is planned, and what was seen. */
interface Course {
  readonly plan: TrialPlan;
  readonly timeline: readonly TimelineEvent[];
}

/** True where actions are told by what is seen: there is no feed, or it tells of alarms alone. */
export function actionsAreSeen({ targetFacts }: Pick<TrialPlan, "targetFacts">): boolean {
  return !targetFacts.hasFeed || targetFacts.alarmsOnly === true;
}

/**
 * True when the replica has the version again that it had in `before`, and no platform says that somebody else than the
 * stack gave it back: the state `rollback` is `none` as long as the stack took nothing back itself. No fault does that.
 */
export function isTakenBack(
  event: InventoryEvent,
  { field, replica, after }: InventoryChange,
  before: InventoryEvent | undefined,
): boolean {
  const now = replicaIn(event, replica);
  return field === "version" && after === replicaIn(before, replica)?.version && now?.state?.["rollback"] !== "none";
}

/** The replica of that name by that look. */
export function replicaIn(event: InventoryEvent | undefined, name: string): InventoryReplica | undefined {
  return event?.inventory.replicas.find(({ replica }) => replica === name);
}

/** Faults that have something else run where a replica was. */
const replacing: readonly string[] = ["container.rollout"];

/**
 * True when a change on a fault's site came while that fault was put there: it may be the fault's own. One whose effect
 * an engine told as the end of a container starts none: what runs there next was started by somebody. `which`: only of
 * the faults of these names.
 */
export function mayBeTheFaults({ plan, timeline }: Course, event: InventoryEvent, which?: readonly string[]): boolean {
  const events = eventsOf(timeline, "fault");
  return events.some(({ step, disturbance, at }, index) => {
    const { site, fault = "" } = plan.disturbances[disturbance] ?? {};
    if (step !== "applying" || site === undefined || which?.includes(fault) === false) return false;
    const end = events.slice(index + 1).find((one) => one.disturbance === disturbance);
    const before = eventsOf(timeline, "inventory").findLast((one) => one.at <= at);
    const own = event.changes.filter((change) => isSite(change, [site]) && !(endedOnly(end) && isStart(change)));
    const isThere = own.length > 0 && !own.some((change) => isTakenBack(event, change, before));
    return isThere && mayBeOurs(event, [{ from: at, to: end?.at ?? Infinity }]);
  });
}

/** Events of an engine that are the end of a container. */
const ends: readonly ToldEvent[] = ["die", "kill"];

function endedOnly(confirmed: FaultEvent | undefined): boolean {
  return confirmed?.told !== undefined && ends.includes(confirmed.told.event);
}

function isStart({ field, after }: InventoryChange): boolean {
  return field === "instance" && after !== null;
}

function takenBackByPlan(timeline: readonly TimelineEvent[]): Stretch[] {
  const events = eventsOf(timeline, "fault").filter(({ scheduled }) => scheduled === true);
  return events.flatMap(({ step, disturbance, at }, index) => {
    if (step !== "reverting") return [];
    const end = events.slice(index).find((one) => one.step !== "reverting" && one.disturbance === disturbance);
    return [{ from: at, to: end?.at ?? Infinity }];
  });
}

/**
 * Inventory changes seen after `since` and before our own way back began at `until`, ms, but those of a planned way
 * back, and those of work that an operator of ours asked for.
 */
export function changesBetween({ plan, timeline }: Course, since: Ms, until: Ms): InventoryEvent[] {
  const takenBack = takenBackByPlan(timeline);
  return withoutOperators(plan, timeline).filter(
    (event) => event.changes.length > 0 && event.at > since && event.at <= until && !mayBeOurs(event, takenBack),
  );
}

/**
 * t4, between the last sample that saw the old state and the one that saw the new, as likely early as late in between:
 * `at` is the middle. undefined when nothing was done.
 */
export function actingMark(
  course: Course,
  sites: readonly SiteRef[],
  { since, until }: { readonly since: Ms; readonly until: Ms },
): Mark | undefined {
  // Where nobody speaks of actions, none is taken from what the fault may have done itself; where somebody does, what
  // ended of the fault may have been started by the healer before that was confirmed.
  const which = actionsAreSeen(course.plan) ? undefined : replacing;
  const isNobodys = (event: InventoryEvent): boolean => mayBeTheFaults(course, event, which);
  const acting = changesBetween(course, since, until).find(
    (event) => event.changes.some((change) => isSite(change, sites) && isAction(change)) && !isNobodys(event),
  );
  if (acting === undefined) return undefined;
  const lo = Math.max(since, Math.min(acting.lastSameFrom, acting.at));
  return { at: (lo + acting.at) / 2, lo, hi: acting.at };
}

/** `vector-2 weight 1 → 0`; an instance says itself what it is, and file lists are too long to print. */
export function changeText({ replica, field, before, after }: InventoryChange): string {
  const what = field === "instance" ? "" : ` ${field}`;
  const values = field === "files" ? "" : ` ${String(before)} → ${String(after)}`;
  return `${replica}${what}${values}`;
}

// Actions seen from outside: what changed in who runs where, and which of the target's pathways looks like that. Asked
// only where nobody says what was done.

import type { InventoryChange, InventoryEvent } from "../../records/timeline/inventory.ts";
import type { SeenKind, TrialPlan } from "../../records/plan.ts";
import type { Ms } from "../../core/units.ts";
import type { SiteRef } from "../../records/site.ts";
import type { TimelineEvent } from "../../records/timeline/event.ts";
import { eventsOf } from "../windows/timeline-view.ts";
import { actionsAreSeen, changesBetween, isTakenBack, mayBeTheFaults, replicaIn } from "./acting.ts";
import { faultSites, isSite } from "./sites.ts";

/** An action of a pathway, as it was recognised. */
export interface SeenAction {
  readonly pathway: string;
  readonly as: SeenKind;
  /** The look that saw it; it was done after `lastSameFrom` and before `at`. */
  readonly event: InventoryEvent;
}

interface Sought {
  readonly since: Ms;
  /** What began later counts no more, ms; usually the recovery. */
  readonly until: Ms;
  /** When our own way back began, ms: what is seen later may be ours. */
  readonly seenUntil: Ms;
  /** Only what looks like this pathway; absent: like any. */
  readonly only?: string;
}

interface Course {
  readonly plan: TrialPlan;
  readonly timeline: readonly TimelineEvent[];
}

/**
 * The last action on a fault's sites that looks like one of the pathways; undefined where there is none, and where the
 * target's feed speaks of actions. What the fault may have done itself is none. Replicas that come and go count for the
 * service of a site.
 */
export function actionSeen(course: Course, sought: Sought): SeenAction | undefined {
  return looksSeen(course, sought).find(({ event }) => !mayBeTheFaults(course, event));
}

/** All that looks like one of the pathways, the last first; what the fault may have done itself is among it. */
export function looksSeen({ plan, timeline }: Course, { since, until, seenUntil, only }: Sought): SeenAction[] {
  if (!actionsAreSeen(plan)) return [];
  const looks = Object.entries(plan.targetFacts.traits ?? {}).flatMap(([pathway, { seenAs }]) =>
    seenAs === undefined || (only ?? pathway) !== pathway ? [] : [{ pathway, as: seenAs }],
  );
  const before = eventsOf(timeline, "inventory").findLast(({ at }) => at <= since);
  const sites = faultSites(plan);
  const rollsBack = Object.values(plan.targetFacts.traits ?? {}).some(({ seenAs }) => seenAs === "rollback");
  const changes = changesBetween({ plan, timeline }, since, seenUntil);
  return changes
    .filter(({ lastSameFrom }) => lastSameFrom <= until)
    .toReversed()
    .flatMap((event) =>
      looks.filter(({ as }) => looksLike(as, event, { sites, before, rollsBack })).map((look) => ({ ...look, event })),
    );
}

interface Place {
  readonly sites: readonly SiteRef[];
  /** Who ran where when the fault began; absent: nobody looked. */
  readonly before: InventoryEvent | undefined;
  /**
   * The target takes versions back: then what starts in another version repeats the harm, and what starts because its
   * version was taken back is no restart besides.
   */
  readonly rollsBack: boolean;
}

function looksLike(as: SeenKind, event: InventoryEvent, { sites, before, rollsBack }: Place): boolean {
  const some = (test: (change: InventoryChange) => boolean): boolean => event.changes.some(test);
  const on = (field: InventoryChange["field"]) => (change: InventoryChange) =>
    change.field === field && isSite(change, sites);
  const nearby = ({ service }: InventoryChange): boolean => sites.some((site) => site.service === service);
  const came = (change: InventoryChange): boolean =>
    change.field === "presence" && change.after !== null && nearby(change);
  const more = (service: string): boolean => countOf(event, service) > countOf(before, service);
  const back = (change: InventoryChange): boolean => isSite(change, sites) && isTakenBack(event, change, before);
  const isAnother = (name: string): boolean =>
    replicaIn(event, name)?.version !== replicaIn(before, name)?.version ||
    some(({ field, replica }) => field === "version" && replica === name);
  switch (as) {
    case "rollback":
      return some(back);
    case "restart":
      return some((one) => on("instance")(one) && one.after !== null && !(rollsBack && isAnother(one.replica)));
    case "replace":
      return some((change) => came(change) && !more(change.service));
    case "scale-out":
      return some((change) => came(change) && more(change.service));
    case "scale-in":
      // A site that is gone may have died of the fault.
      return some((one) => one.field === "presence" && one.after === null && nearby(one) && !isSite(one, sites));
    default:
      return some(on(as));
  }
}

function countOf(event: InventoryEvent | undefined, service: string): number {
  return event?.inventory.replicas.filter((replica) => replica.service === service).length ?? 0;
}

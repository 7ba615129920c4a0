// New instances of a struck service, one after another, as the inventory shows them: a restart that helped, one that is
// repeated without end, and one that is repeated no more.

import { harmsSite } from "../../core/plan.ts";
import type { Ms } from "../../core/units.ts";
import type { TrialRecord } from "../../core/verdict.ts";
import type { InventoryChange } from "../../records/timeline/inventory.ts";
import { changesBetween } from "../marks/acting.ts";
import { eventsOf } from "../windows/timeline-view.ts";

/** One instance that came after the fault; instants in ms since the trial's epoch, each when a look saw it. */
export interface Life {
  readonly replica: string;
  readonly from: Ms;
  /** The last look that did not see it yet. */
  readonly notBefore: Ms;
  /** Absent: it ran when observing ended. */
  readonly to?: Ms;
  /** How long nothing ran before it, ms. */
  readonly waitedMs: Ms;
}

/** What came in the place of one replica of a struck service, in the order of time. */
export interface Restarts {
  readonly lives: readonly Life[];
  /** Since when nothing runs there; absent: something does. */
  readonly downSince?: Ms;
}

interface Stretch {
  readonly since: Ms;
  readonly until: Ms;
}

interface Place {
  readonly lives: Life[];
  downSince: Ms | undefined;
}

/**
 * By place: a replica that ran before the fault, and together those of a service that came later under names of their
 * own. Neither the fault nor our way back is in it: an instance that ran before the last strike is none of these.
 */
export function restartsOf(record: TrialRecord, { since, until }: Stretch): readonly Restarts[] {
  const struck = new Set(record.plan.disturbances.filter(harmsSite).map(({ site }) => site.service));
  const known = eventsOf(record.timeline, "inventory").findLast(({ at }) => at <= since)?.inventory.replicas ?? [];
  const names = new Set(known.map(({ replica }) => replica));
  const places = new Map<string, Place>();
  for (const { at, lastSameFrom, changes } of changesBetween(record, since, until)) {
    for (const change of changes) {
      if (!struck.has(change.service) || !isOfLife(change)) continue;
      const key = names.has(change.replica) ? change.replica : `later ${change.service}`;
      const place = places.get(key) ?? { lives: [], downSince: undefined };
      places.set(key, place);
      step(place, change, { at, notBefore: lastSameFrom });
    }
  }
  return [...places.values()].map(({ lives, downSince }) => ({ lives, ...(downSince !== undefined && { downSince }) }));
}

function isOfLife({ field }: InventoryChange): boolean {
  return field === "instance" || field === "presence";
}

function step(
  place: Place,
  { replica, before, after }: InventoryChange,
  { at, notBefore }: Pick<Life, "notBefore"> & { readonly at: Ms },
): void {
  const { lives } = place;
  if (before !== null) {
    const own = lives.findLastIndex((life) => life.replica === replica && life.to === undefined);
    const life = lives[own];
    if (life !== undefined) lives[own] = { ...life, to: at };
  }
  if (after === null) {
    place.downSince = at;
    return;
  }
  const { downSince = at } = place;
  lives.push({ replica, from: at, notBefore, waitedMs: at - downSince });
  place.downSince = undefined;
}

/** Those of one place that came although another new one had come and ended before. */
export function repeatsIn({ lives }: Restarts): readonly Life[] {
  return lives.filter((life, index) => lives.slice(0, index).some(({ to }) => to !== undefined && to <= life.from));
}

/** When the last fault was there, ms; `since` where none was confirmed later. */
export function lastStrike({ plan, timeline }: TrialRecord, { since, until }: Stretch): Ms {
  const strikes = eventsOf(timeline, "fault").filter(({ step, disturbance, at }) => {
    const one = plan.disturbances[disturbance];
    return step === "confirmed" && at <= until && one !== undefined && harmsSite(one);
  });
  return strikes.reduce((latest, { at, harmFrom = at }) => Math.max(latest, harmFrom), since);
}

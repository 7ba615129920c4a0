// What the healer did at all, by its own word or by what the platform shows: the matter of held-fire.

import type { ClaimEvent } from "../records/timeline/feed.ts";
import type { Ms } from "../core/units.ts";
import type { TrialRecord } from "../core/verdict.ts";
import type { TrialFacts } from "../records/facts/facts.ts";
import { changesBetween, changeText } from "../measure/marks/acting.ts";
import { faultSites, isSite } from "../measure/marks/sites.ts";
import { eventsOf } from "../measure/windows/timeline-view.ts";
import { observationOf } from "./observation.ts";
import type { InventoryChange } from "../records/timeline/inventory.ts";

/** One change of the inventory with the instant at which it was seen. */
interface SeenChange extends InventoryChange {
  readonly at: Ms;
}

/** Claims that an action was started, in [from, to], ms. */
function claimedActions(record: TrialRecord, from: Ms, to: Ms): ClaimEvent[] {
  return eventsOf(record.timeline, "claim").filter(
    (event) => event.claim.type === "action.started" && event.at >= from && event.at <= to,
  );
}

/** Every change of the inventory in (from, to], ms. */
function seenChanges(record: TrialRecord, from: Ms, to: Ms): SeenChange[] {
  return changesBetween(record, from, to).flatMap((event) =>
    event.changes.map((change) => ({ ...change, at: event.at })),
  );
}

/** The first thing that was done to the stack from the baseline to the end of observing; undefined when nothing was. */
export function firstAction(
  record: TrialRecord,
  facts: TrialFacts,
): { readonly at: Ms; readonly says: string } | undefined {
  const observation = observationOf(record, facts);
  if (observation === undefined) return undefined;
  const { baselineFrom, until } = observation;
  const claimed = claimedActions(record, baselineFrom, until).map(({ at, claim }) => ({
    at,
    says: `the healer started ${claim.pathway ?? "an action"} on ${claim.scope.replica ?? claim.scope.service ?? "no named place"}`,
  }));
  const changed = seenChanges(record, baselineFrom, until).map((change) => ({
    at: change.at,
    says: `the inventory changed: ${changeText(change)}`,
  }));
  return [...claimed, ...changed].sort((a, b) => a.at - b.at)[0];
}

/**
 * When the inventory first showed a replica without an instance, or not at all, that no fault was put on; undefined
 * when it never did, ms.
 */
export function takenAwayAt(record: TrialRecord, from: Ms, to: Ms): Ms | undefined {
  const sites = faultSites(record.plan);
  const gone = ({ field, after }: SeenChange): boolean =>
    after === null && (field === "instance" || field === "presence");
  return seenChanges(record, from, to).find((change) => gone(change) && !isSite(change, sites))?.at;
}

// What an operator of ours asked the target to do to a replica is no remedy of the healer's.

import type { TrialPlan } from "../../records/plan.ts";
import type { SiteRef } from "../../records/site.ts";
import type { InventoryChange, InventoryEvent } from "../../records/timeline/inventory.ts";
import type { TimelineEvent } from "../../records/timeline/event.ts";
import { eventsOf } from "../windows/timeline-view.ts";
import { isSite } from "./sites.ts";
import { mayBeOurs, type Stretch } from "./stretch.ts";

/** Applied or taken back: from its first step to its last one. */
interface Operated extends Stretch {
  readonly site: SiteRef;
}

/** What a restart without a failed request shows of its replica. */
const fields: ReadonlySet<InventoryChange["field"]> = new Set(["instance", "weight", "presence"]);

/**
 * The inventory's events without what the operator's work changed on its own replica, while it was under way. One new
 * process is the operator's; a second one is somebody else's.
 */
export function withoutOperators(
  { disturbances }: Pick<TrialPlan, "disturbances">,
  timeline: readonly TimelineEvent[],
): readonly InventoryEvent[] {
  const events = eventsOf(timeline, "inventory");
  const operated = disturbances.flatMap(({ byOperator, site }, index) =>
    byOperator === true ? stretchesOf(timeline, index).map((one) => ({ ...one, site })) : [],
  );
  if (operated.length === 0) return events;
  const begun = new Set<Operated>();
  return events.map((event) => ({
    ...event,
    changes: event.changes.filter((change) => !isOperators(change, event, operated, begun)),
  }));
}

/** `begun`: stretches whose new process was seen already. */
function isOperators(
  change: InventoryChange,
  event: InventoryEvent,
  operated: readonly Operated[],
  begun: Set<Operated>,
): boolean {
  const own = operated.find((one) => isSite(change, [one.site]) && mayBeOurs(event, [one]));
  if (own === undefined || !fields.has(change.field)) return false;
  if (change.field !== "instance" || change.after === null) return true;
  if (begun.has(own)) return false;
  begun.add(own);
  return true;
}

function stretchesOf(timeline: readonly TimelineEvent[], index: number): Stretch[] {
  const steps = eventsOf(timeline, "fault").filter(({ disturbance }) => disturbance === index);
  return steps.flatMap(({ step, at }, n) =>
    step === "applying" || step === "reverting" ? [{ from: at, to: steps[n + 1]?.at ?? Infinity }] : [],
  );
}

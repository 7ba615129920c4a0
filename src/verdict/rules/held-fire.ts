// Left alone, or under a benign anomaly, a healer must do nothing.

import { isControl, type ArmName } from "../../core/arms.ts";
import { harmsSite, withoutSite } from "../../core/plan.ts";
import type { Rule, TrialRecord } from "../../core/verdict.ts";
import { eventsOf } from "../../measure/windows/timeline-view.ts";
import { firstAction } from "../actions.ts";
import { feedGap } from "../feed-gap.ts";
import { observationOf } from "../observation.ts";
import { seconds } from "../wording.ts";
import type { PlannedDisturbance } from "../../records/plan.ts";

/**
 * Any started action, claimed or seen in the inventory, from the baseline to the end of observing fails, and so does
 * calling a person (`escalated`); no claim of holding is needed. Silence passes only if it could be heard: feed alive,
 * inventory seen, anomaly there, time watched.
 *
 * To pass it needs the feed from the baseline to the end of observing; a action that was heard or seen needs nothing
 * more.
 */
export const heldFire: Rule = (record, facts) => {
  const { plan } = record;
  const observation = observationOf(record, facts);
  if (!(isControl(plan.arm) || plan.expect.heldFire) || observation === undefined) return null;
  const action = firstAction(record, facts);
  if (action !== undefined)
    return {
      outcome: "fail",
      says: `${action.says} at ${seconds(action.at)}, with nothing to repair`,
      restsOn: [action.at],
    };
  const { baselineFrom, since, until } = observation;
  const call = eventsOf(record.timeline, "claim").find(
    ({ at, claim }) => claim.type === "escalated" && at >= baselineFrom && at <= until,
  );
  if (call !== undefined) {
    const { scope } = call.claim;
    const says = `the healer called a person about ${scope.replica ?? scope.service ?? "no named place"} at ${seconds(call.at)}, with nothing to repair`;
    return { outcome: "fail", says, restsOn: [call.at] };
  }
  const unheard = plan.targetFacts.hasFeed ? feedGap(record.timeline, baselineFrom, until) : undefined;
  const doubt = unheard ?? notLooked(record, until - since);
  if (doubt !== undefined) return { outcome: "inconclusive", says: `no action was seen, but ${doubt}`, restsOn: [] };
  const held = eventsOf(record.timeline, "claim").filter((event) => event.claim.type === "held");
  const words = held.length === 0 ? "" : `; it said ${held.length} time(s) that it held`;
  const says = `no action in ${seconds(until - since)} of ${anomaly(record)}${words}`;
  return { outcome: "pass", says, restsOn: [since, ...held.map((event) => event.at), until] };
};

function notLooked({ plan, timeline }: TrialRecord, watchedMs: number): string | undefined {
  if (eventsOf(timeline, "inventory").length === 0) return "the inventory was never seen";
  const unseen = plan.disturbances.find((one, index) => mustBeSeen(one, plan.arm) && !wasConfirmed(timeline, index));
  if (unseen !== undefined) return `${withoutSite(unseen)} was never confirmed`;
  return watchedMs < plan.steady.windowMs ? "the stack was not watched for a single window" : undefined;
}

/**
 * What acts on a replica is confirmed by a rule of its own, but not in arms with nothing to repair; what changes
 * nothing need not be seen, unless it waits.
 */
function mustBeSeen(one: PlannedDisturbance, arm: ArmName): boolean {
  return one.timing !== undefined || (one.harmless !== true && (isControl(arm) || !harmsSite(one)));
}

function wasConfirmed(timeline: TrialRecord["timeline"], index: number): boolean {
  return eventsOf(timeline, "fault").some(({ step, disturbance }) => step === "confirmed" && disturbance === index);
}

function anomaly({ plan }: TrialRecord): string {
  const changes = plan.disturbances.filter((one) => one.harmless !== true);
  return changes.length === 0 ? "calm" : changes.map(withoutSite).join(", ");
}

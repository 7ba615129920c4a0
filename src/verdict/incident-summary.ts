// What the healer's incidents of a run came to: how many were resolved without a person, how often people were called,
// how long they lasted.

import { isTreated } from "../core/arms.ts";
import type { IntentDigest, TrialDigest } from "../core/digest.ts";
import { kaplanMeierMedian } from "../measure/statistics/median-time.ts";
import type { HealerIncident } from "../records/facts/incidents.ts";
import type { IncidentSummary } from "../records/results/incidents.ts";
import { countedTrials, recoveredForGood } from "./arm-evidence.ts";

/**
 * Over trials with the fault and the whole healer that passed or failed. The healer's word alone resolves nothing: the
 * stack must have recovered for good, too.
 */
export function summariseIncidents(intents: readonly Pick<IntentDigest, "trials">[]): IncidentSummary {
  const counted = countedTrials(intents.flatMap(({ trials }) => trials)).filter(({ plan }) => isTreated(plan.arm));
  const heard = counted.filter(({ facts }) => facts.incidents?.heard === true);
  const all = heard.flatMap((trial) => (trial.facts.incidents?.incidents ?? []).map((one) => ({ trial, one })));
  const more = sum(heard.map(({ facts }) => facts.incidents?.more ?? 0));
  const telling = all.filter(({ trial, one }) => one.end !== "closed" || isMeasured(trial));
  return {
    trials: heard.length,
    unheard: counted.length - heard.length,
    incidents: all.length + more,
    alone: telling.filter(({ trial, one }) => one.end === "closed" && one.pages === 0 && recoveredForGood(trial))
      .length,
    tell: telling.length,
    pages: sum(all.map(({ one }) => one.pages)),
    alerts: sum(all.map(({ one }) => one.alerts)),
    ...(all.length > 0 && { lasted: lastedOf(all.map(({ one }) => one)) }),
  };
}

/** What was not broken, or not seen, cannot have been resolved or not. */
function isMeasured({ facts }: TrialDigest): boolean {
  return facts.recovery !== "not-disturbed" && facts.recovery !== "unseen";
}

function lastedOf(incidents: readonly HealerIncident[]): NonNullable<IncidentSummary["lasted"]> {
  const observations = incidents.map(({ end, lasted: { ms } }) => ({ ms, ended: end !== "open" }));
  const ended = observations.filter((one) => one.ended).map(({ ms }) => ms);
  const medianMs = kaplanMeierMedian(observations);
  return {
    ...(medianMs !== undefined && { medianMs }),
    ...(ended.length > 0 && { shortestMs: ended.reduce((least, ms) => Math.min(least, ms)) }),
    longestMs: observations.reduce((most, { ms }) => Math.max(most, ms), 0),
    open: observations.length - ended.length,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

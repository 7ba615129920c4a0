// What the healer's incidents of a run came to: how many were resolved without a person, how often people were called,
// how long they lasted.

import { isTreated } from "../core/arms.ts";
import type { IntentDigest, TrialDigest } from "../core/digest.ts";
import { kaplanMeierMedian } from "../measure/statistics/median-time.ts";
import type { Declaration } from "../records/facts/honesty.ts";
import type { HealerIncident } from "../records/facts/incidents.ts";
import type { IncidentSummary } from "../records/results/incidents.ts";
import { countedTrials, recoveredForGood } from "./arm-evidence.ts";

interface Own {
  readonly trial: TrialDigest;
  readonly one: HealerIncident;
}

/** Over trials with the fault and the whole healer that passed or failed. */
export function summariseIncidents(intents: readonly Pick<IntentDigest, "trials">[]): IncidentSummary {
  const counted = countedTrials(intents.flatMap(({ trials }) => trials)).filter(({ plan }) => isTreated(plan.arm));
  const heard = counted.filter(({ facts }) => facts.incidents?.heard === true);
  const all = heard.flatMap((trial) => (trial.facts.incidents?.incidents ?? []).map((one) => ({ trial, one })));
  const more = sum(heard.map(({ facts }) => facts.incidents?.more ?? 0));
  const telling = all.filter((own) => own.one.end !== "closed" || stands(own) !== undefined);
  return {
    trials: heard.length,
    unheard: counted.length - heard.length,
    incidents: all.length + more,
    alone: telling.filter(isAlone).length,
    tell: telling.length,
    pages: sum(heard.map((trial) => callsIn(trial, "pages"))),
    alerts: sum(heard.map((trial) => callsIn(trial, "alerts"))),
    ...(all.length > 0 && { lasted: lastedOf(all.map(({ one }) => one)) }),
  };
}

/** In a trial, also of incidents beyond the first 100. */
function callsIn({ facts: { incidents } }: TrialDigest, kind: "pages" | "alerts"): number {
  return sum((incidents?.incidents ?? []).map((one) => one[kind])) + (incidents?.moreCalls?.[kind] ?? 0);
}

/**
 * The healer's word alone resolves nothing: the stack must have recovered for good, and not after the closing. Who was
 * asked about one incident of the trial may have repaired what another was about.
 */
function isAlone(own: Own): boolean {
  const { trial, one } = own;
  const after = ["after", "too-close"].includes(stands(own) ?? "");
  return one.end === "closed" && after && callsIn(trial, "pages") === 0 && recoveredForGood(trial);
}

/**
 * How its closing stands to what was measured. undefined: it was not on a site of the fault, so that it was a false
 * alarm or about what follows from it; or nothing was broken, or seen: it cannot have been resolved or not.
 */
function stands({ trial: { facts }, one }: Own): Declaration | undefined {
  const own = facts.honesty?.incidents.find(({ incident }) => incident === one.incident);
  return own?.declaration === "not-measured" ? undefined : own?.declaration;
}

function lastedOf(incidents: readonly HealerIncident[]): NonNullable<IncidentSummary["lasted"]> {
  const observations = incidents.map(({ end, lasted: { ms } }) => ({ ms, ended: end === "closed" }));
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

// How long all has to be good before it is called healed. A healer that verifies within the time that its alarm needs
// to speak again is fooled by every trouble that comes back, so the window is derived from the alarms of the class.
import { NUMBERS } from "../numbers.ts";
import { SIGNALS } from "../signals/table.ts";
import type { Signal } from "../nouns.ts";
import type { SignalName } from "../signals/table.ts";
import { ALARMS } from "./alarms.ts";
import type { Pace } from "./alarms.ts";

export interface Window {
  readonly everyMs: number;
  /** Good without a break for this long. */
  readonly holdMs: number;
  /** No good run begun by then: not healed. */
  readonly deadlineMs: number;
  /** Where the hold comes from, in words. */
  readonly says: string;
}

/** Clearly speaks for the class (likelier than by accident), so it may be who raises it again. */
const LEAST_WEIGHT = 2;

/** The alarms that speak for the class, and the time that each needs, ms; the slowest first. */
export function alarmsOf(
  faultClass: string,
  pace: Pace,
): readonly { readonly name: SignalName; readonly ms: number }[] {
  return SIGNALS.flatMap(({ name, speaksFor }) => {
    const weight = (speaksFor as Readonly<Record<string, number>>)[faultClass] ?? 0;
    const alarm = ALARMS[name];
    return weight < LEAST_WEIGHT || alarm === undefined ? [] : [{ name, ms: alarm.speaksWithinMs(pace) }];
  }).toSorted((a, b) => b.ms - a.ms);
}

/** Whose trouble is verified, and how quickly it can be seen again. */
export interface Relapse extends Pace {
  /**
   * The signals of the incident; each other quick alarm of its class counts too, because a trouble may come back in
   * another shape.
   */
  readonly raisedBy: readonly string[];
}

/**
 * `instead`: what the pathway's check shows by itself, in words, so that an alarm which needs longer than the longest
 * hold is not waited for. Absent: it is waited for, however long it needs.
 */
export function windowFor(faultClass: string, { raisedBy, ...pace }: Relapse, instead?: string): Window {
  const { everyMs, deadlineMs, longestHoldMs, quickAlarmMs } = NUMBERS.verification;
  const slowest = alarmsOf(faultClass, pace).find(({ name, ms }) => raisedBy.includes(name) || ms <= quickAlarmMs);
  const needsMs = slowest?.ms ?? Number.POSITIVE_INFINITY;
  // One look more: the alarm must have spoken before the last look of the hold.
  const wanted = needsMs + everyMs;
  if (wanted <= longestHoldMs || (instead === undefined && Number.isFinite(wanted))) {
    const says = `held ${Math.round(wanted)} ms: by then ${slowest?.name ?? "no alarm"} would have spoken again`;
    return { everyMs, holdMs: wanted, deadlineMs, says };
  }
  const needs = Number.isFinite(needsMs) ? `${Math.round(needsMs)} ms` : "for ever without traffic";
  const alarm = slowest === undefined ? "no alarm would speak again" : `${slowest.name} would need ${needs}`;
  const says = `held ${longestHoldMs} ms: ${alarm}${instead === undefined ? "" : `, so it rests on this: ${instead}`}`;
  return { everyMs, holdMs: longestHoldMs, deadlineMs, says };
}

/** The oldest that any of the signals may be, ms; undefined: all were seen as they were. */
export function ageOf(signals: readonly Signal[]): number | undefined {
  const ages = signals.flatMap(({ freshMs }) => freshMs ?? []);
  return ages.length === 0 ? undefined : Math.max(...ages);
}

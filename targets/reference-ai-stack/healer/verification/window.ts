// How long all has to be good before it is called healed. A healer that verifies within the time that its alarm needs
// to speak again is fooled by every trouble that comes back, so the window is derived from the alarms of the class.
import { NUMBERS } from "../numbers.ts";
import { SIGNALS } from "../signals/table.ts";
import type { SignalName } from "../signals/table.ts";
import { ALARMS } from "./alarms.ts";

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
  perSecond: number,
): readonly { readonly name: SignalName; readonly ms: number }[] {
  return SIGNALS.flatMap(({ name, speaksFor }) => {
    const weight = (speaksFor as Readonly<Record<string, number>>)[faultClass] ?? 0;
    const alarm = ALARMS[name];
    return weight < LEAST_WEIGHT || alarm === undefined ? [] : [{ name, ms: alarm.speaksWithinMs(perSecond) }];
  }).toSorted((a, b) => b.ms - a.ms);
}

/**
 * `raisedBy`: the signals of the incident; each other quick alarm of its class counts too, because a trouble may come
 * back in another shape. `perSecond`: answers of one replica of the service, as they come in now.
 */
export function windowFor(faultClass: string, raisedBy: readonly string[], perSecond: number): Window {
  const { everyMs, deadlineMs, longestHoldMs, quickAlarmMs } = NUMBERS.verification;
  const alarms = alarmsOf(faultClass, perSecond);
  const slowest = alarms.find(({ name, ms }) => raisedBy.includes(name) || ms <= quickAlarmMs);
  // One look more: the alarm must have spoken before the last look of the hold.
  const wanted = (slowest?.ms ?? longestHoldMs) + everyMs;
  const holdMs = Math.min(wanted, longestHoldMs);
  const alarm = slowest?.name ?? "no alarm";
  const says =
    wanted > longestHoldMs
      ? `held ${holdMs} ms: at ${perSecond.toFixed(1)} answers a second ${alarm} would take longer to speak again`
      : `held ${holdMs} ms: by then ${alarm} would have spoken again`;
  return { everyMs, holdMs, deadlineMs, says };
}

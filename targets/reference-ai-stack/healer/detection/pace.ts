// Does the healer itself come too late? Then the machine is starved, everybody is late, and lateness says nothing about
// one replica: what was seen then, and shortly after, counts for little or nothing.
import { NUMBERS } from "../numbers.ts";

export interface Pace {
  /** The last look at traffic, ms. */
  readonly at: number;
  /** The last look that came too late, ms. */
  readonly lateAt: number;
  /** When the first look was due of those that came too late since the last ones came in time, ms. */
  readonly lateFrom: number;
}

export const AT_REST: Pace = { at: -Infinity, lateAt: -Infinity, lateFrom: -Infinity };

const RULE = NUMBERS.pace;

/** The pace after one more look. The first one is never late. */
export function afterLook(before: Pace, at: number): Pace {
  const dueAt = before.at + NUMBERS.look.trafficMs + RULE.lateMs;
  if (at <= dueAt || before.at === -Infinity) return { ...before, at };
  return { at, lateAt: at, lateFrom: isInTime(before) ? dueAt : before.lateFrom };
}

/** Did the last look, and those shortly before, come in time? Before the first one nothing was late. */
export function isInTime({ at, lateAt }: Pace): boolean {
  return !(at - lateAt <= RULE.restMs);
}

/** What the last look counts: 1 when it came in time, else less. */
export function weightOf(pace: Pace): number {
  return isInTime(pace) ? 1 : RULE.lateWeight;
}

/**
 * So many times as long, or as often, must what a starved machine brings about stand before it is held against one.
 * `stoodAt`: when it had stood for as long as is usual, ms; what had done so before anything was late stays told.
 */
export function timesWhenLate(pace: Pace, stoodAt: number): number {
  return isInTime(pace) || stoodAt <= pace.lateFrom ? 1 : RULE.lateTimes;
}

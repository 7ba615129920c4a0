// When a disturbance begins and how long it stays; a disturbance without timing begins with the injection and stays.

import { formatDuration } from "./duration.ts";
import type { Timing } from "../records/plan.ts";

/** True of a disturbance that is not applied in the phase `inject`, but later, by the schedule. */
export function isLater(timing: Timing | undefined): boolean {
  return timing?.atMs !== undefined || waits(timing);
}

/** True of one whose beginning depends on what is seen, so that it may never come. */
export function waits(timing: Timing | undefined): boolean {
  return timing?.when !== undefined || timing?.during !== undefined;
}

/** `5s after the injection begins`, `once the healer acts`; undefined for what begins with the injection. */
export function beginText(timing: Timing | undefined): string | undefined {
  if (timing?.atMs !== undefined) return `${formatDuration(timing.atMs)} after the injection begins`;
  if (timing?.during !== undefined) return "once the healer acts";
  if (timing?.when === undefined) return undefined;
  return "claim" in timing.when ? `once the healer claims ${timing.when.claim}` : `once ${timing.when.condition}`;
}

/** The whole of it as a clause behind what is done, with its comma; empty for what has no timing. */
export function timingText(timing: Timing | undefined): string {
  const begins = beginText(timing);
  const ends = timing?.forMs === undefined ? undefined : `taken back after ${formatDuration(timing.forMs)}`;
  return [begins, ends].flatMap((text) => (text === undefined ? [] : `, ${text}`)).join("");
}

// Moments of a trial as words: how long after the origin of its axis.

import { secondsText } from "../core/text.ts";
import type { Ms } from "../core/units.ts";

/** Nobody reads more digits off a page than this. */
const resolutionMs: Ms = 10;

/** `+1.25 s`, `−0.30 s`; of an instant, ms from the origin. */
export function sinceText(since: Ms): string {
  const text = secondsText(since, resolutionMs);
  return `${text.startsWith("−") ? "" : "+"}${text} s`;
}

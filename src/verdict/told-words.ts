// What somebody else's time of an effect is worth, in words.

import type { Ms } from "../core/units.ts";
import { weighed } from "../measure/marks/injection.ts";
import type { FaultEvent } from "../records/timeline/fault.ts";

/** Beside the proof of the effect, as `the engine's event “die” was 31 ms earlier`; "" where nobody told. */
export function toldWords(confirmed: FaultEvent): string {
  const { told, harmFrom = confirmed.at, at } = confirmed;
  const worth = weighed(confirmed);
  if (told === undefined || worth === undefined) return "";
  const event = `the ${told.by}'s event “${told.event}”`;
  if (worth === "believed") return `${event} was ${whole(at - Math.max(told.lo, harmFrom))} earlier`;
  if (worth === "vague" && told.event === "kill") return `${event} and the end after it say no more`;
  if (worth === "vague") return `${event} says no more: its clock is known to ${whole((told.hi - told.lo) / 2)} only`;
  const when =
    told.hi < harmFrom
      ? `${whole(harmFrom - told.hi)} before our first act`
      : `${whole(told.lo - at)} after this proof`;
  return `${event} was, by its clock, ${when}: that cannot be, and its time is not taken`;
}

function whole(ms: Ms): string {
  return `${Math.round(ms)} ms`;
}

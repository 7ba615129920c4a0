// The healer's own clock, read only as differences of itself: how long it says something took, and whether its stamps
// can be believed.

import { secondsText } from "../../core/text.ts";
import type { Claim } from "../../records/claim.ts";
import type { Ms } from "../../core/units.ts";
import type { Span } from "../../records/interval.ts";
import type { ClaimEvent } from "../../records/timeline/feed.ts";

/**
 * A stamp may differ from its arrival by as much as one beat of the feed, ms (target contract: a beat at least every
 * 250 ms).
 */
const beatMs: Ms = 250;

/** RFC 3339, as CloudEvents 1.0 demands; anything else would be read in whatever time zone this machine has. */
const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.(\d+))?(?:Z|[+-]\d\d:\d\d)$/i;

/** A stamp: the instant it names on the healer's clock, and how long one digit of it lasts (it was cut there), ms. */
interface Stamp {
  readonly ms: Ms;
  readonly digitMs: Ms;
}

function stampOf({ time }: Claim): Stamp | undefined {
  const found = rfc3339.exec(time);
  const ms = Date.parse(time);
  if (found === null || !Number.isFinite(ms)) return undefined;
  return { ms, digitMs: Math.max(1, 1000 / 10 ** (found[1]?.length ?? 0)) };
}

/** `to − from` by the healer's own stamps; each was cut at its last digit, so the truth lies within one digit. */
export function stampedSpan(from: Claim, to: Claim, formula: string): Span | undefined {
  const [begin, end] = [stampOf(from), stampOf(to)];
  if (begin === undefined || end === undefined) return undefined;
  const ms = end.ms - begin.ms;
  return { ms, lo: ms - begin.digitMs, hi: ms + end.digitMs, formula };
}

/**
 * A claim with the interval in which it must have been sent: after the last sign of life before it, before it arrived.
 */
export interface Arrived {
  readonly event: ClaimEvent;
  readonly lo: Ms;
  readonly hi: Ms;
}

/**
 * What is wrong with the stamps of one incident, or undefined: a stamp that is none, stamps that run against the order
 * of arrival, or that lie further apart or closer together than the arrivals allow by more than a beat. A clock that is
 * off by a constant is no fault.
 */
export function clockDoubt(claims: readonly Arrived[]): string | undefined {
  const [first] = claims;
  if (first === undefined) return undefined;
  for (const [index, later] of claims.entries()) {
    if (stampOf(later.event.claim) === undefined) return `the stamp of ${later.event.claim.type} is not RFC 3339`;
    const doubt = [claims[index - 1], first].map((earlier) => earlier && apart(earlier, later)).find(Boolean);
    if (doubt !== undefined) return doubt;
  }
  return undefined;
}

function apart(earlier: Arrived, later: Arrived): string | undefined {
  if (earlier === later) return undefined;
  const own = stampedSpan(earlier.event.claim, later.event.claim, "");
  if (own === undefined) return undefined;
  const names = `${earlier.event.claim.type} → ${later.event.claim.type}`;
  if (own.hi < 0) {
    return `its stamps run backwards by ${text(-own.ms)} (${names}), against the order of arrival`;
  }
  const least = Math.max(0, later.lo - earlier.hi);
  const most = later.hi - earlier.lo;
  const off = own.lo > most + beatMs || own.hi < least - beatMs;
  if (!off) return undefined;
  const arrived = later.event.at - earlier.event.at;
  return `its stamps say ${text(own.ms)} from ${names}, the claims arrived ${text(arrived)} apart: its clock jumped, or they were stamped at another time`;
}

function text(ms: Ms): string {
  return `${secondsText(ms, 100)} s`;
}

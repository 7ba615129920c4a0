// When the healer has declared a recovery (t7), by what it says of every incident on a fault's sites.

import type { Claim, ClaimType } from "../../records/claim.ts";
import type { ClaimEvent } from "../../records/timeline/feed.ts";
import type { Ms } from "../../core/units.ts";

/** Outcomes of `closed` with which the healer gives up instead of declaring recovery. */
const givingUp = new Set(["not-healed", "failed"]);

/** Events with which an incident is no longer open, whatever they say of it. */
export const endings: readonly ClaimType[] = ["closed", "escalated", "held"];

/** A closing that gives up declares nothing. */
export function isGivenUp({ outcome }: Claim): boolean {
  return givingUp.has(outcome ?? "");
}

interface Asked {
  /** The first incident that was detected on a site. */
  readonly incident: string | undefined;
  readonly onSite: (event: ClaimEvent) => boolean;
  /** Replicas that were struck themselves, by their names. */
  readonly struck: ReadonlySet<string>;
  /** An end that comes later is waited for no more, ms: by then it may be owed to our revert. */
  readonly until: Ms;
}

interface Declared {
  /** The closing, or the end of an incident that was open then. */
  readonly by: ClaimEvent;
  /** An incident that was open then has not ended. */
  readonly awaits: boolean;
}

/**
 * The closing of the first incident, or else of one on the site; undefined where there is none. A healer that has said
 * that something else is wrong there has not called it well: each other incident that is open then is waited for until
 * it ends, in whatever way, and so is any that is opened before that end. One that never ends takes nothing back, but
 * for one on another replica that was struck: of that one nothing was declared.
 */
export function declaration(
  claims: readonly ClaimEvent[],
  { incident, onSite, struck, until }: Asked,
): Declared | undefined {
  const closings = claims.filter(({ claim }) => claim.type === "closed" && !isGivenUp(claim));
  const closing = closings.find(({ claim }) => claim.incident === incident) ?? closings.find(onSite);
  if (closing === undefined) return undefined;
  const endOf = (id: string): ClaimEvent | undefined =>
    claims.find(({ at, claim }) => at <= until && claim.incident === id && endings.includes(claim.type));
  let [by, awaits] = [closing, false];
  for (const event of claims) {
    const { at, claim } = event;
    if (at > by.at) break;
    if (claim.type !== "detected" || claim.incident === closing.claim.incident || !onSite(event)) continue;
    const end = endOf(claim.incident);
    if (end === undefined && isElsewhere(claim, closing.claim, struck)) return undefined;
    if (end === undefined) awaits = true;
    else if (end.at > by.at) by = end;
  }
  return { by, awaits };
}

/** The one is of a replica that was struck, and the other of another one. */
function isElsewhere({ scope: one }: Claim, { scope: other }: Claim, struck: ReadonlySet<string>): boolean {
  if (one.replica === undefined || other.replica === undefined) return false;
  return one.replica !== other.replica && struck.has(one.replica);
}

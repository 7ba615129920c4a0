// The marks that the healer's claims give: t2 detected, t2c classified, t3 decided, t7 declared; and its pathway. All
// by arrival at our side: the healer's own clock is never used.

import type { SiteRef } from "../../records/site.ts";
import type { Claim, ClaimType, EvidencePath, RunnerUp } from "../../records/claim.ts";
import { known } from "../../core/known.ts";
import type { Ms } from "../../core/units.ts";
import type { Mark } from "../../records/interval.ts";
import { declaration } from "./declaration.ts";
import { scopeContainsAny } from "./sites.ts";
import { eventsOf } from "../windows/timeline-view.ts";
import type { ClaimEvent, FeedEvent } from "../../records/timeline/feed.ts";
import type { TimelineEvent } from "../../records/timeline/event.ts";

export interface ClaimMarks {
  readonly t2?: Mark;
  readonly t2c?: Mark;
  readonly t3?: Mark;
  readonly t7?: Mark;
  /** t7 may still move: another incident of the sites that was open then has not ended. */
  readonly awaits?: true;
  /** The incident of t2, and the first class it was given. */
  readonly incident?: string;
  readonly class?: string;
  /** What else it might have been, as the same claim has it. */
  readonly runnersUp?: readonly RunnerUp[];
  /** How the healer came to it, by the first claim of the incident that says so. */
  readonly evidence?: EvidencePath;
  /** What the detection rests on may be older by this, as the healer says, ms. */
  readonly freshMs?: Ms;
}

/**
 * Marks of the first incident that was detected on a site at or after `since` (t0's lower bound), ms. `until`: our
 * revert began, ms; later than that no end of an incident is waited for.
 */
export function claimMarks(
  timeline: readonly TimelineEvent[],
  sites: readonly SiteRef[],
  since: Ms,
  until: Ms = Infinity,
): ClaimMarks {
  const claims = eventsOf(timeline, "claim").filter((event) => event.at >= since);
  const arrived = arrivals(timeline, since);
  const mark = (event: ClaimEvent | undefined): Mark | undefined => event && arrived(event);
  const onSite = (event: ClaimEvent): boolean => scopeContainsAny(event.claim.scope, sites);
  const detected = claims.find((event) => event.claim.type === "detected" && onSite(event));
  const incident = detected?.claim.incident;
  const own = claims.filter((event) => incident !== undefined && event.claim.incident === incident);
  const first = (type: ClaimType, among: readonly ClaimEvent[]): ClaimEvent | undefined =>
    among.find((event) => event.claim.type === type);
  const classified = classifying(own);
  const traced = own.find((event) => event.claim.evidence !== undefined);
  // A feed may bring claims out of order: nothing is classified or decided before it was detected.
  const afterwards = own.filter((event) => detected !== undefined && event.at >= detected.at);
  const classKnown =
    detected !== undefined && classified !== undefined && classified.at < detected.at ? detected : classified;
  const struck = new Set(sites.flatMap(({ replica }) => (replica === "" ? [] : [replica])));
  const declared = declaration(claims, { incident, onSite, struck, until });
  const [t2, t2c, t3, t7] = [mark(detected), mark(classKnown), mark(first("decided", afterwards)), mark(declared?.by)];
  return known<ClaimMarks>({
    t2,
    t2c,
    t3,
    t7,
    awaits: declared?.awaits === true ? true : undefined,
    incident,
    class: classified?.claim.class,
    runnersUp: classified?.claim.runnersUp,
    evidence: traced?.claim.evidence,
    freshMs: detected?.claim.freshMs,
  });
}

/** What `claimedAction` looks through; instants in ms. */
interface ActionsAsked {
  readonly since: Ms;
  readonly until: Ms;
  /** Until when one that was under way at `until` may be claimed done; `until` when absent. */
  readonly underWayUntil?: Ms;
  readonly noOps?: readonly string[];
  /** Only actions of this pathway; of any when absent. */
  readonly only?: string | undefined;
}

/**
 * The last action that was claimed to be done on a site, at or before `until` (ms), by an action that did not start
 * before `since`; undefined when there is none. An action belongs to a site by its scope or by the incident detected
 * there. What is claimed done although the plan made it a no-op (`noOps`) counts only when nothing else was: it did not
 * take place. Where none was done by then, the first that was under way: what it does is there before the claim.
 */
export function claimedAction(
  timeline: readonly TimelineEvent[],
  sites: readonly SiteRef[],
  { since, until, underWayUntil = until, noOps = [], only }: ActionsAsked,
): ClaimEvent | undefined {
  const { incident } = claimMarks(timeline, sites, since);
  const onSite = (claim: Claim): boolean =>
    scopeContainsAny(claim.scope, sites) || (incident !== undefined && claim.incident === incident);
  const claims = eventsOf(timeline, "claim").filter((event) => onSite(event.claim));
  const startOf = (finished: ClaimEvent): Ms | undefined =>
    claims.findLast(
      ({ at, claim }) =>
        claim.type === "action.started" &&
        claim.pathway === finished.claim.pathway &&
        at <= finished.at &&
        claim.incident === finished.claim.incident,
    )?.at;
  const done = claims.filter(
    (event) =>
      event.claim.type === "action.finished" &&
      event.claim.outcome === "done" &&
      (only === undefined || event.claim.pathway === only) &&
      event.at >= since &&
      (startOf(event) ?? since) >= since,
  );
  const isReal = ({ claim }: ClaimEvent): boolean => claim.pathway === undefined || !noOps.includes(claim.pathway);
  const byThen = done.filter(({ at }) => at <= until);
  const underWay = (event: ClaimEvent): boolean =>
    event.at > until && event.at <= underWayUntil && (startOf(event) ?? Infinity) <= until;
  return byThen.findLast(isReal) ?? done.find((event) => underWay(event) && isReal(event)) ?? byThen.at(-1);
}

/** The `classified` claim, or for healers that do it in one go the first that carries a class. */
function classifying(own: readonly ClaimEvent[]): ClaimEvent | undefined {
  const carrying = own.filter((event) => event.claim.class !== undefined);
  return carrying.find((event) => event.claim.type === "classified") ?? carrying[0];
}

/** When the feed was known to live: it opened, beat, or brought a claim. In order of time, ms. */
export function signsOfLife(timeline: readonly TimelineEvent[]): Ms[] {
  const beats = eventsOf(timeline, "feed").filter((event) => event.state === "open" || event.state === "alive");
  return [...beats, ...eventsOf(timeline, "claim")].map((event) => event.at).sort((a, b) => a - b);
}

/**
 * Between reading from a connection and stamping what was read nobody samples at it; on a calm machine up to 0.1 ms
 * were seen.
 */
const stampMs: Ms = 1;

/** How often a feed gives a sign of life, and how late it may say what it says. */
interface FeedPace {
  readonly everyMs: Ms;
  readonly resolutionMs: Ms;
}

/** Our own feed beats at least every 250 ms (target contract); another source says its pace where it is opened. */
export function feedPace(timeline: readonly TimelineEvent[]): FeedPace {
  return sourceOf(timeline) ?? { everyMs: 250, resolutionMs: 0 };
}

/** Who told of incidents in words of its own; undefined: our own feed, or nobody. */
export function sourceOf(timeline: readonly TimelineEvent[]): FeedEvent["source"] {
  const opened = timeline.find((event) => event.kind === "feed" && event.source !== undefined);
  return opened?.kind === "feed" ? opened.source : undefined;
}

/**
 * Marks of claims: each came after the last sign of life before it was read (claims of one arrival share their lower
 * bound), not before `since`, ms: up to `stampMs` before the stamp of that sign, and as much earlier as its source may
 * be late.
 */
export function arrivals(timeline: readonly TimelineEvent[], since: Ms): (event: ClaimEvent) => Mark {
  const lives = signsOfLife(timeline);
  const { resolutionMs } = feedPace(timeline);
  return ({ at }) => {
    const before = lives.findLast((life) => life < at) ?? since;
    const lo = Math.min(at, before - stampMs) - resolutionMs;
    return { at, lo: Math.max(since, lo), hi: at };
  };
}

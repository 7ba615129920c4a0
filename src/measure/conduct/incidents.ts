// What the healer's claims tell of its incidents: how each ended, how long it lasted, and how often people were called.

import type { Claim, ClaimType } from "../../records/claim.ts";
import type { HealerIncident, IncidentFacts } from "../../records/facts/incidents.ts";
import type { Mark } from "../../records/interval.ts";
import type { TrialPlan } from "../../records/plan.ts";
import type { ClaimEvent } from "../../records/timeline/feed.ts";
import type { TimelineEvent } from "../../records/timeline/event.ts";
import type { Ms } from "../../core/units.ts";
import type { TrialRecord } from "../../core/verdict.ts";
import { arrivals, feedPace } from "../marks/claim-marks.ts";
import { endings, isGivenUp } from "../marks/declaration.ts";
import { exactly, lasting } from "../marks/spans.ts";
import { eventsOf } from "../windows/timeline-view.ts";
import { heardMs } from "./calm.ts";

/** A healer that cries without end fills no report. */
const mostIncidents = 100;
/** So much of a stretch may lie before a sign of life and after it, in signs. */
const mostBeats = 2;

/** t0's lower bound (or the end of the baseline) and the end of observing, ms. */
interface Stretch {
  readonly since: Ms;
  readonly until: Ms;
}

/** Incidents detected in the stretch; undefined for a target without a feed. What comes later is owed to our revert. */
export function incidentFacts({ plan, timeline }: TrialRecord, { since, until }: Stretch): IncidentFacts | undefined {
  if (!plan.targetFacts.hasFeed) return undefined;
  const byIncident = new Map<string, ClaimEvent[]>();
  for (const event of eventsOf(timeline, "claim")) {
    if (event.at < since || event.at > until) continue;
    const own = byIncident.get(event.claim.incident);
    if (own !== undefined) own.push(event);
    else if (event.claim.type === "detected") byIncident.set(event.claim.incident, [event]);
  }
  const mark = arrivals(timeline, since);
  const all = [...byIncident.values()];
  const beyond = all.slice(mostIncidents).flat();
  return {
    heard: isHeard(timeline, { since, until }),
    incidents: all.slice(0, mostIncidents).flatMap((own) => incidentOf(own, plan, { mark, until }) ?? []),
    more: Math.max(0, all.length - mostIncidents),
    ...(beyond.length > 0 && { moreCalls: callsOf(beyond, plan) }),
  };
}

/** One event that was not understood may have been any claim. */
function isHeard(timeline: readonly TimelineEvent[], { since, until }: Stretch): boolean {
  const within = ({ at }: TimelineEvent): boolean => at >= since && at <= until;
  const missed =
    eventsOf(timeline, "feed").some((event) => event.state === "lost" && within(event)) ||
    eventsOf(timeline, "trouble").some((event) => event.where === "feed" && within(event));
  return !missed && until - since - heardMs(timeline, since, until) <= mostBeats * feedPace(timeline).everyMs;
}

function incidentOf(
  own: readonly ClaimEvent[],
  plan: TrialPlan,
  { mark, until }: { readonly mark: (event: ClaimEvent) => Mark; readonly until: Ms },
): HealerIncident | undefined {
  const [detected] = own;
  if (detected === undefined) return undefined;
  const ended = first(own, ["closed"]) ?? first(own, endings);
  const end = ended === undefined ? "open" : endOf(ended.claim);
  // Handed to a person, held or given up, it goes on: all that is known is that it took this long.
  const closed = end === "closed" ? ended : undefined;
  const to = closed === undefined ? exactly(until) : mark(closed);
  return {
    incident: detected.claim.incident,
    end,
    lasted: lasting(mark(detected), to, `${closed?.claim.type ?? "end of observing"} − detected`),
    ...callsOf(own, plan),
  };
}

/** How often a person was asked, and how often one was only told. */
function callsOf(own: readonly ClaimEvent[], plan: TrialPlan): Pick<HealerIncident, "pages" | "alerts"> {
  return {
    pages: own.filter(({ claim }) => claim.type === "approval.requested" || claim.type === "escalated").length,
    alerts: own.filter(({ claim }) => isAlert(claim, plan)).length,
  };
}

function first(own: readonly ClaimEvent[], types: readonly ClaimType[]): ClaimEvent | undefined {
  return own.find(({ claim }) => types.includes(claim.type));
}

function endOf(claim: Claim): HealerIncident["end"] {
  if (claim.type === "closed") return isGivenUp(claim) ? "given-up" : "closed";
  return claim.type === "escalated" ? "escalated" : "held";
}

/** What is of low risk is done without a word; of a pathway without a tier nobody knows. */
function isAlert({ type, pathway = "" }: Claim, { targetFacts: { traits = {} } }: TrialPlan): boolean {
  if (type === "approval.expired") return true;
  const tier = Object.hasOwn(traits, pathway) ? traits[pathway]?.tier : undefined;
  return type === "action.started" && (tier === "medium" || tier === "high");
}

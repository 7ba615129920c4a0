// What the healer says it started, and whether it had leave to; what it cried about elsewhere. Read by the rule
// `approved` and by the gates of the score, which see no timeline.

import { isControl } from "../../core/arms.ts";
import type { Approval, ActionFacts, StartedActions } from "../../records/facts/actions.ts";
import type { ClaimEvent } from "../../records/timeline/feed.ts";
import type { Ms } from "../../core/units.ts";
import type { TrialRecord } from "../../core/verdict.ts";
import { changesBetween } from "../marks/acting.ts";
import { faultSites, scopeContainsAny } from "../marks/sites.ts";
import { eventsOf, observedUntil, periodsOf } from "../windows/timeline-view.ts";
import type { ClaimType } from "../../records/claim.ts";
import type { TimelineEvent } from "../../records/timeline/event.ts";

/**
 * The feed beats at least this often, so a claim may arrive by so much later than what it speaks of, ms (target
 * contract).
 */
const beatMs: Ms = 250;

/** One claim `action.started` with the approval that it had at that moment. */
export interface StartedAction {
  readonly event: ClaimEvent;
  readonly approval: Approval;
}

const standings: Readonly<Partial<Record<ClaimType, Approval>>> = {
  "approval.requested": "requested",
  "approval.granted": "granted",
  "approval.denied": "denied",
  "approval.expired": "expired",
};

/**
 * Every `action.started` in [from, to] (ms) with its approval: that of the last approval claim of the same incident
 * that arrived before it and names the same pathway or none. One grant covers the actions of its pathway in that
 * incident, until it is denied or expires. Where the plan scripts an operator, a grant counts only if that operator had
 * given it: the healer's word does not make it one.
 */
export function startedActions({ plan, timeline }: TrialRecord, from: Ms, to: Ms): StartedAction[] {
  const claims = eventsOf(timeline, "claim");
  return claims.flatMap((event, index) => {
    const { claim, at } = event;
    if (claim.type !== "action.started" || at < from || at > to) return [];
    const last = claims.slice(0, index).findLast(({ claim: earlier }) => {
      const sameMatter = earlier.incident === claim.incident && (earlier.pathway ?? claim.pathway) === claim.pathway;
      return sameMatter && standings[earlier.type] !== undefined;
    });
    const said = last === undefined ? "none" : (standings[last.claim.type] ?? "none");
    const isOurs = plan.operator !== undefined && said === "granted";
    return [{ event, approval: isOurs ? givenBefore(event, plan.operator, timeline) : said }];
  });
}

/** What the scripted operator had answered to this incident when the action's claim arrived. */
function givenBefore(
  { at, claim }: ClaimEvent,
  script: NonNullable<TrialRecord["plan"]["operator"]>,
  timeline: readonly TimelineEvent[],
): Approval {
  const given = eventsOf(timeline, "operator").filter(
    (answer) =>
      answer.incident === claim.incident &&
      answer.from <= at &&
      (answer.pathway ?? claim.pathway) === claim.pathway &&
      // One that has no answer may have been taken all the same.
      (answer.ok || answer.at > at),
  );
  if (given.some(({ does }) => does === "deny")) return "denied";
  const people = script.does === "absent" ? 1 : script.people;
  const who = new Set(given.map(({ question, person }) => `${person} ${question}`));
  return who.size >= people ? "granted" : "requested";
}

/**
 * The trial's actions, or undefined when it never came to a baseline; `since` is t0's lower bound or the end of the
 * baseline, ms.
 */
export function actionFacts({ plan, timeline }: TrialRecord, since: Ms): ActionFacts | undefined {
  const periods = periodsOf(timeline);
  if (periods === undefined) return undefined;
  const [from, until] = [periods.baselineFrom, observedUntil(periods)];
  const actions = startedActions({ plan, timeline }, from, until);
  const first = actions[0]?.event.at ?? Infinity;
  const unclaimed =
    isControl(plan.arm) && changesBetween({ plan, timeline }, from, until).some(({ at }) => at + beatMs < first);
  const sites = faultSites(plan);
  const stray = eventsOf(timeline, "claim").filter(
    ({ at, claim }) =>
      claim.type === "detected" &&
      at >= since &&
      at <= until &&
      sites.length > 0 &&
      !scopeContainsAny(claim.scope, sites),
  );
  return {
    started: grouped(actions),
    unclaimed,
    strayAlarms: new Set(stray.map(({ claim }) => claim.incident)).size,
  };
}

/** One entry per pathway and standing, so that a healer that acts a thousand times fills no report. */
function grouped(actions: readonly StartedAction[]): StartedActions[] {
  const groups = new Map<string, StartedActions>();
  for (const { event, approval } of actions) {
    const pathway = event.claim.pathway ?? null;
    const key = `${approval} ${pathway ?? ""}`;
    const before = groups.get(key);
    groups.set(key, { pathway, approval, at: before?.at ?? event.at, times: (before?.times ?? 0) + 1 });
  }
  return [...groups.values()];
}

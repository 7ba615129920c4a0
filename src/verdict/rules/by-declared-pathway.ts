// Was it the repair that the intent names? In arms in which that does nothing: did the stack stay broken without it?

import { isTreated, hasNoOps, armOf } from "../../core/arms.ts";
import type { Ms } from "../../core/units.ts";
import type { Rule, TrialRecord } from "../../core/verdict.ts";
import type { Mark } from "../../records/interval.ts";
import type { TrialFacts } from "../../records/facts/facts.ts";
import { actionBy } from "../../measure/facts/pathway.ts";
import { actionsAreSeen, changeText, mayBeTheFaults } from "../../measure/marks/acting.ts";
import { feedPace, sourceOf } from "../../measure/marks/claim-marks.ts";
import { actionSeen, looksSeen, type SeenAction } from "../../measure/marks/seen-actions.ts";
import { faultSites } from "../../measure/marks/sites.ts";
import { brokenDoubt, otherAction } from "../comparison.ts";
import { feedGap } from "../feed-gap.ts";
import { disturbance } from "../observation.ts";
import type { Disturbed } from "../observation.ts";
import { places, seconds } from "../wording.ts";

type Answer = ReturnType<Rule>;

/**
 * Treatment: the last action claimed done on the site before t6 is the declared one, and the inventory shows a side
 * effect there. The word alone never passes. Where nobody speaks of actions, the last one seen before t6 counts, by
 * what the target says that its pathways look like. Not recovered: the choice is judged all the same, when another
 * action was the last one done, and the declared one was not done at all. Ablation and loop-ablation: recovering
 * although the action was a no-op is `self-recovered`, unless another action was claimed done on the site, which then
 * can do it too.  It is the last action that counts, so the feed is needed from the end of the last one that was heard
 * (from t0, if none was) to t6, or to the end of observing where there is no t6.
 */
export const byDeclaredPathway: Rule = (record, facts) => {
  const declared = record.plan.expect.recovered?.by;
  const trial = disturbance(record, facts);
  if (declared === undefined || trial === undefined) return null;
  const { arm } = record.plan;
  if (hasNoOps(arm)) return ablated(record, facts, trial);
  if (!isTreated(arm)) return null;
  if (facts.recovery !== "healed") return wrongChoice(record, facts, { declared, trial });
  const asked = { declared, trial };
  return attributedBySight(record, facts, asked) ?? heardTooLate(record, facts, trial) ?? treated(record, facts, asked);
};

interface Asked {
  readonly declared: string;
  readonly trial: Disturbed;
}

/**
 * Why an action after the last one that was heard may be missing, up to `to` (ms); undefined when it is not, and
 * without a feed.
 */
function laterUnheard({ plan, timeline }: TrialRecord, { since }: Disturbed, to: Ms): string | undefined {
  if (actionsAreSeen(plan)) return undefined;
  const heard = actionBy({ plan, timeline }, { since, until: to });
  return feedGap(timeline, heard !== undefined && heard.at <= to ? heard.at : since, to);
}

/** Inconclusive where an action was heard too late, by no more than its source may be late. */
function heardTooLate(record: TrialRecord, facts: TrialFacts, trial: Disturbed): Answer | undefined {
  const { resolutionMs } = feedPace(record.timeline);
  const { t6 } = facts.marks;
  const to = t6?.hi ?? trial.until;
  const asked = { since: trial.since, orUnderWay: facts.recovery === "healed" };
  const late = actionBy(record, { ...asked, until: to + resolutionMs });
  if (late === undefined || late === actionBy(record, { ...asked, until: to })) return undefined;
  const { pathway = "an action" } = late.claim;
  const says = `${pathway} was claimed done at ${seconds(late.at)}, and the source may be ${seconds(resolutionMs)} late: whether it was done before ${seconds(to)} cannot be told`;
  return { outcome: "inconclusive", says, restsOn: [late.at, ...(t6 === undefined ? [] : [t6.at])] };
}

function treated(record: TrialRecord, facts: TrialFacts, { declared, trial }: Asked): Answer {
  const { plan } = record;
  const site = places(faultSites(plan));
  const { t4, t6 } = facts.marks;
  const acted = t4 !== undefined && t6 !== undefined && t4.lo <= t6.hi;
  const restsOn = [t4?.at, t6?.at].filter((at) => at !== undefined);
  const at = t6?.at ?? trial.until;
  const seen = acted
    ? `the inventory shows a change on ${site} at ${seconds(t4.at)}`
    : `the inventory shows no change on ${site}`;
  const gap = laterUnheard(record, trial, t6?.hi ?? trial.until);
  if (facts.pathway === declared) {
    const says = `${declared} was ${whenDone(record, trial, t6?.hi)} recovery, and ${seen}`;
    if (gap !== undefined) return { outcome: "inconclusive", says: unheard(says, gap), restsOn };
    return { outcome: acted ? "pass" : "inconclusive", says, restsOn };
  }
  if (facts.pathway !== null) {
    const says = `recovered by ${facts.pathway}, declared is ${declared}`;
    if (gap !== undefined) return { outcome: "inconclusive", says: unheard(says, gap), restsOn };
    return { outcome: "fail", says: `wrong-pathway: ${says}`, restsOn, at };
  }
  return uncredited(record, { declared, trial }, { t6, gap, restsOn, seen: acted ? seen : undefined });
}

interface Uncredited {
  readonly t6: Mark | undefined;
  /** What of the feed is missing; absent: nothing. */
  readonly gap: string | undefined;
  readonly restsOn: readonly Ms[];
  /** What the inventory shows on the site before the recovery, in words. */
  readonly seen: string | undefined;
}

/** It recovered, and no action is known that did it. */
function uncredited(record: TrialRecord, { declared, trial }: Asked, { t6, gap, restsOn, seen }: Uncredited): Answer {
  if (actionsAreSeen(record.plan) && seen !== undefined) {
    const says = `${seen}, which looks like no pathway of the target: \`seen_as\` of its pathways could say so`;
    return { outcome: "inconclusive", says, restsOn };
  }
  if (gap !== undefined) return { outcome: "inconclusive", says: `no action was heard, but ${gap}`, restsOn };
  const [early] = looksSeen(record, { since: trial.since, until: t6?.hi ?? trial.until, seenUntil: trial.until });
  if (early !== undefined) {
    const says = `${early.pathway} may have been seen at ${seconds(early.event.at)}, while the fault was put there, which may have done it itself`;
    return { outcome: "inconclusive", says, restsOn };
  }
  const says =
    seen !== undefined
      ? `wrong-pathway: recovered without a claim of ${declared}, although ${seen}`
      : `self-recovered: recovered without any action, ${declared} is declared`;
  return { outcome: "fail", says, restsOn, at: t6?.at ?? trial.until };
}

function seenBefore(record: TrialRecord, { since, until }: Disturbed, recovered: Ms): SeenAction | undefined {
  return actionSeen(record, { since, until: recovered, seenUntil: until });
}

/** Undefined where the pathway is told by claims, or not at all. */
function attributedBySight(record: TrialRecord, facts: TrialFacts, { declared, trial }: Asked): Answer | undefined {
  const { t6 } = facts.marks;
  const action = seenBefore(record, trial, t6?.hi ?? trial.until);
  if (action === undefined || action.pathway !== facts.pathway) return undefined;
  const { pathway, as, event } = action;
  const what = event.changes.map(changeText).join(", ");
  const at = t6?.at ?? trial.until;
  const restsOn = [event.at, at];
  const rival = rivalOf(record, action, { trial, t6 });
  if (rival !== undefined) {
    const says = `${pathway} was seen at ${seconds(event.at)} and ${rival.pathway} at ${seconds(rival.event.at)}: it cannot be told which repaired it`;
    return { outcome: "inconclusive", says, restsOn };
  }
  const says = `${pathway}, recognised from outside by ${lookWords[as]} at ${seconds(event.at)} (${what}), before recovery`;
  if (pathway === declared) return { outcome: "pass", says, restsOn };
  return { outcome: "fail", says: `wrong-pathway: ${says}; declared is ${declared}`, restsOn, at };
}

/** Each look as it is told. */
const lookWords: Readonly<Record<SeenAction["as"], string>> = {
  rollback: "a version that was taken back",
  restart: "a restart",
  replace: "a replica in place of another",
  "scale-out": "one replica more",
  "scale-in": "one replica less",
  files: "a change of files",
  weight: "a change of weight",
  version: "a change of version",
};

/**
 * Another pathway that was seen before one that may have come after the recovery, or at the same look; undefined where
 * there is none.
 */
function rivalOf(
  record: TrialRecord,
  { pathway, event }: SeenAction,
  { trial: { since, until }, t6 }: { readonly trial: Disturbed; readonly t6: Mark | undefined },
): SeenAction | undefined {
  const mayBeLater = t6 !== undefined && event.at > t6.lo;
  return looksSeen(record, { since, until: t6?.hi ?? until, seenUntil: until }).find(
    (other) =>
      other.pathway !== pathway &&
      (other.event === event || (mayBeLater && other.event.at < event.at && !mayBeTheFaults(record, other.event))),
  );
}

/** Its claim may come after what it does. */
function whenDone(record: TrialRecord, { since, until }: Disturbed, recovered: Ms = until): string {
  const done = actionBy(record, { since, until: recovered, orUnderWay: true });
  return done !== undefined && done.at > recovered ? "under way at" : "claimed done before";
}

function unheard(says: string, gap: string): string {
  return `${says}; but ${gap}: a later action may be missing`;
}

function wrongChoice(record: TrialRecord, facts: TrialFacts, { declared, trial }: Asked): Answer {
  const { pathway, recovery, marks } = facts;
  if (pathway === null || pathway === declared || recovery === "not-disturbed" || recovery === "unseen") return null;
  const says = `${pathway} was done, which did not repair it; declared is ${declared}`;
  const restsOn = [marks.t0?.at, marks.t4?.at].filter((at) => at !== undefined);
  // What was done first and repaired nothing is in question itself, and not the choice that came after it.
  const { since, until } = trial;
  const isTried =
    actionBy(record, { since, until, pathway: declared }) ??
    actionSeen(record, { since, until, seenUntil: until, only: declared });
  if (isTried !== undefined) return null;
  const gap = actionsAreSeen(record.plan) ? undefined : feedGap(record.timeline, since, until);
  if (gap !== undefined) {
    return { outcome: "inconclusive", says: `${says}; but ${gap}: ${declared} may have been done unheard`, restsOn };
  }
  const late = heardTooLate(record, facts, trial);
  if (late !== undefined) return late;
  return { outcome: "fail", says: `wrong-pathway: ${says}`, restsOn, at: until };
}

/**
 * Inconclusive where what should do nothing was done all the same: it was seen, or an engine tells of it. An engine
 * tells of what happens, unlike a healer that goes through the motions.
 */
function notSwitchedOff(record: TrialRecord, trial: Disturbed, to: Ms): Answer | undefined {
  const { plan, timeline } = record;
  const fault = (pathway: string, how: string, at: Ms): Answer => {
    const says = `the switch did not take: ${pathway} should do nothing, and ${how} at ${seconds(at)}`;
    return { outcome: "inconclusive", says, restsOn: [at] };
  };
  const bySight = seenBefore(record, trial, to);
  if (bySight !== undefined && plan.ablated.includes(bySight.pathway))
    return fault(bySight.pathway, `was seen from outside by ${lookWords[bySight.as]}`, bySight.event.at);
  if (sourceOf(timeline)?.kind !== "events") return undefined;
  for (const pathway of plan.ablated) {
    const told = actionBy(record, { since: trial.since, until: to, pathway });
    if (told !== undefined) return fault(pathway, "the engine told of it", told.at);
  }
  return undefined;
}

function ablated(record: TrialRecord, facts: TrialFacts, trial: Disturbed): Answer {
  const { plan } = record;
  const { t0, until } = trial;
  const what = armOf(plan.arm).healer === "actions-off" ? "any action" : plan.ablated.join(", ");
  const doubt = brokenDoubt(facts, plan.holdMs, until);
  if (doubt !== undefined) {
    const says = `${doubt}, so whether it stayed broken without ${what} cannot be told`;
    return { outcome: "inconclusive", says, restsOn: [t0.at] };
  }
  const all = notSwitchedOff(record, trial, facts.marks.t6?.hi ?? until);
  if (all !== undefined) return all;
  if (facts.recovery !== "healed") {
    const says = `without ${what} the stack stayed broken as long as the fault was there`;
    return { outcome: "pass", says, restsOn: [t0.at] };
  }
  const { t4, t6 } = facts.marks;
  const at = t6?.at ?? t0.at;
  const restsOn = [t0.at, at];
  const off = armOf(plan.arm).healer === "actions-off" ? "no action did anything" : `${what} did nothing`;
  const unsaid =
    t4 === undefined || t4.lo > at ? "" : `; the inventory shows a change on the site at ${seconds(t4.at)}`;
  const other = otherAction(plan, facts);
  if (other !== undefined) {
    const says = `other-pathway: recovered at ${seconds(at)} by ${other} although ${off}: another action can do it${unsaid}`;
    return { outcome: "fail", says, restsOn, at };
  }
  const says = `recovered at ${seconds(at)} although ${off}${unsaid}`;
  const gap = laterUnheard(record, trial, t6?.hi ?? until);
  if (gap !== undefined) return { outcome: "inconclusive", says: unheard(says, gap), restsOn };
  const late = heardTooLate(record, facts, trial);
  if (late !== undefined) return late;
  return { outcome: "fail", says: `self-recovered: ${says}`, restsOn, at };
}

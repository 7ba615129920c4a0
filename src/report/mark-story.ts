// What an expert would say of each mark of one trial, beside the rule by which the mark was set.

import { secondsText, shareText } from "../core/text.ts";
import { withPlace } from "../core/plan.ts";
import type { Ms } from "../core/units.ts";
import type { Claim, ClaimType } from "../records/claim.ts";
import type { MarkName } from "../records/facts/marks.ts";
import type { Mark } from "../records/interval.ts";
import type { TrialResult } from "../records/results/trial-result.ts";
import type { FaultEvent } from "../records/timeline/fault.ts";
import type { TimelineEvent } from "../records/timeline/event.ts";
import { injectedBy, weighed } from "../measure/marks/injection.ts";
import { forward, resolutionMs, spanBetween } from "../measure/marks/spans.ts";
import { toldWords } from "../verdict/told-words.ts";
import { eventsOf } from "../measure/windows/timeline-view.ts";
import { instantText } from "./claims.ts";
import { spanText } from "./figures.ts";
import { markRules } from "./mark-rules.ts";
import { markOrder } from "./plot-marks.ts";
import type { Origin } from "./plot-series.ts";
import { figure } from "./shown.ts";
import type { Figure } from "./shown.ts";
import { changesText } from "./story-lanes.ts";
import { reasonApart } from "./words-and-acts.ts";
import { byOurRevert, markNames } from "./words.ts";

/** One mark as the page tells of it. */
export interface MarkStory {
  readonly name: MarkName;
  readonly means: string;
  readonly says: string;
  /** The rule by which it was set, and what it was read off. */
  readonly rule: string;
  readonly reached: boolean;
  /** ms from the origin; null where it was not reached. */
  readonly since: Ms | null;
  readonly figure: Figure;
}

interface Seen {
  readonly trial: TrialResult;
  readonly timeline: readonly TimelineEvent[];
}
type Marks = TrialResult["facts"]["marks"];

/** Every mark that was reached, in order, and those whose absence says something. */
export function markStories(seen: Seen, path: string, origin: Origin): readonly MarkStory[] {
  const { marks } = seen.trial.facts;
  return markOrder.flatMap((name): readonly MarkStory[] => {
    const mark = marks[name];
    const says = mark === undefined ? absent(name, seen.trial) : tell[name](seen, mark);
    if (says === "") return [];
    const rule = `${name} is set when ${markRules[name].is.replaceAll("`", "")}; seen through: ${markRules[name].through}`;
    const text = mark === undefined ? "not reached" : instantText(mark, origin);
    return [
      {
        name,
        means: markNames[name],
        says,
        rule,
        reached: mark !== undefined,
        since: mark === undefined ? null : mark.at - origin.at,
        figure: figure(`${path}.facts.marks.${name}`, mark, text),
      },
    ];
  });
}

const tell: Readonly<Record<MarkName, (seen: Seen, mark: Mark) => string>> = {
  t0: ({ trial, timeline }, mark) => {
    const first = injectedBy(timeline, trial.plan);
    const proof = first?.evidence === undefined ? "" : ` The proof: ${first.evidence.seen}.`;
    return `The fault was in effect: ${disturbed(trial)}.${proof}${first === undefined ? "" : timed(first, mark)}`;
  },
  t1: ({ trial }, mark) => {
    const window = trial.facts.windows.find(({ to, users }) => to > mark.at && users === "bad");
    const broken = usersWords(trial, window?.broken ?? []);
    const early = beforeConfirmed(trial.facts.marks, mark);
    if (early !== "") return `Users were hurt ${early}${broken}.`;
    return `Users were hurt ${after(trial.facts.marks, "t0", mark)} the fault took effect${broken}.`;
  },
  t2: (seen, mark) => {
    const { marks } = seen.trial.facts;
    const why = claimAt(seen, "detected", mark)?.reasons[0];
    const hurt = marks.t1 === undefined ? "" : `; ${order(spanBetween(marks.t1, mark, "t2 − t1"), "users were hurt")}`;
    const early = beforeConfirmed(marks, mark);
    const when = early === "" ? `${after(marks, "t0", mark)} the fault` : early;
    return `The healer said that something is wrong here, ${when}${hurt}.${quoted(why)}`;
  },
  t2c: (seen, mark) => {
    const claim = claimAt(seen, "classified", mark);
    const right = seen.trial.plan.expect.detected?.as;
    const judged =
      right === undefined ? "" : right.includes(claim?.class ?? "") ? ", the right class" : ", a wrong class";
    const sure = claim?.confidence === undefined ? "" : ` (confidence ${shareText(claim.confidence)})`;
    return `It took it for ${claim?.class ?? "a class that is not known"}${sure}${judged}.`;
  },
  t3: (seen, mark) => {
    const claim = claimAt(seen, "decided", mark);
    const by = seen.trial.plan.expect.recovered?.by;
    const judged = by === undefined ? "" : by === claim?.pathway ? ", the declared one" : `; declared is ${by}`;
    const apart = claim === undefined ? "" : reasonApart(claim, seen.trial.plan);
    const differ = apart === "" ? "" : ` Words and act differ: ${apart}; what it chose is ${claim?.pathway}.`;
    return `It chose ${claim?.pathway ?? "a pathway that is not known"}${judged}.${quoted(claim?.reasons[0])}${differ}`;
  },
  t4: ({ trial, timeline }, mark) => {
    const change = timeline.find(
      (event) => event.kind === "inventory" && event.changes.length > 0 && event.at >= mark.at,
    );
    const what = change?.kind === "inventory" ? ` (${changesText(change)})` : "";
    return `Its action touched the site${what}, ${after(trial.facts.marks, "t2", mark)} it was detected.`;
  },
  t5: ({ trial: { facts } }, mark) => {
    const { t1 } = facts.marks;
    if (t1 === undefined) return "Users were well.";
    const named = nameOf("TTM", facts.ttm !== undefined);
    return `Users were served as before, and stayed so: they had been hurt for ${length(t1, mark)}${named}.`;
  },
  t6: ({ trial: { facts } }, mark) => {
    const named = nameOf("MTTR", facts.mttr !== undefined);
    return `Everything was back, and stayed so, ${after(facts.marks, "t0", mark)} the fault${named}.`;
  },
  t7: ({ trial }, mark) => {
    const { marks, recovery } = trial.facts;
    if (marks.t6 === undefined) return "The healer declared it recovered; we never saw a recovery.";
    const ours = recovery === "waited-out" ? ` It was so ${byOurRevert}.` : "";
    return `The healer declared it recovered, ${order(spanBetween(marks.t6, mark, "t7 − t6"), "we measured it")}.${ours}`;
  },
  t8: ({ timeline }) => {
    const last = timeline.findLast((event) => event.kind === "fault" && event.step === "reverted");
    const proof = last?.kind === "fault" ? last.evidence : undefined;
    return `We took the fault back.${proof === undefined ? "" : ` Found: ${proof.seen}.`}`;
  },
};

/** Whose time t0 is, where somebody else told of the effect; "" where it is our own proof, and nobody did. */
function timed(confirmed: FaultEvent, { at, lo }: Mark): string {
  const told = toldWords(confirmed);
  if (told === "") return "";
  const isItsTime = weighed(confirmed) === "believed" && at === Math.max(lo, confirmed.told?.lo ?? lo);
  return ` ${told.charAt(0).toUpperCase()}${told.slice(1)}${isItsTime ? ", and t0 is its time" : ""}.`;
}

/** A time has its name where it is a fact; what came only with our own way back is no time of the stack's. */
function nameOf(name: string, isFact: boolean): string {
  return isFact ? ` (${name})` : `, but ${byOurRevert}`;
}

/** Of marks whose absence says something; "" of the others. */
function absent(name: MarkName, { facts }: TrialResult): string {
  const { marks, recovery } = facts;
  if (marks.t0 === undefined) return "";
  if (name === "t1" && recovery === "healed") return "No user was hurt long enough to count.";
  if (name === "t2") return "The healer did not say that anything is wrong at the site.";
  if (name === "t5" && marks.t1 !== undefined) return "Users were not served as before for as long as we watched.";
  if (name === "t6") return "We saw no recovery for as long as we watched.";
  return "";
}

function disturbed({ plan }: TrialResult): string {
  return plan.disturbances.map(withPlace).join(", ") || "nothing";
}

/** Conditions of the users' view; the others tell of the stack. */
function usersWords({ plan }: TrialResult, names: readonly string[]): string {
  const words = names.flatMap((name) => {
    const condition = plan.steady.conditions.find((one) => one.name === name);
    return condition?.view === "users" ? [`${name} (${condition.expression})`] : [];
  });
  return words.length === 0 ? "" : `: ${words.join(" and ")} did not hold`;
}

/** `0.22 s (0.17–0.25) after`; "after" alone without the other mark. */
function after(marks: Marks, from: MarkName, mark: Mark): string {
  const start = marks[from];
  return start === undefined ? "after" : `${length(start, mark)} after`;
}

/** Of what came with the harm and before its proof: from when to when, as its figure has it; "" of all else. */
function beforeConfirmed({ t0 }: Marks, mark: Mark): string {
  if (t0 === undefined || mark.at >= t0.at) return "";
  const [lo, hi] = [mark.lo, mark.hi].map((at) => secondsText(at - t0.at, resolutionMs(mark.lo, mark.hi)));
  return `with the fault's first act (from ${lo} to ${hi} s, 0 being t0)`;
}

function length(from: Mark, to: Mark): string {
  return spanText(forward(spanBetween(from, to, "")));
}

/** How something stands to another instant, with both of their uncertainties. */
function order(gap: { readonly ms: Ms; readonly lo: Ms; readonly hi: Ms } | undefined, what: string): string {
  if (gap === undefined) return `at another time than ${what}`;
  if (gap.lo > 0) return `${spanText(gap)} after ${what}`;
  if (gap.hi < 0) return `${spanText({ ms: -gap.ms, lo: -gap.hi, hi: -gap.lo })} before ${what}`;
  return `not to be told apart from when ${what}`;
}

/** The claim that set the mark: marks of claims are their arrivals, of the incident that the facts name first. */
function claimAt({ trial, timeline }: Seen, type: ClaimType, mark: Mark): Claim | undefined {
  const incident = trial.facts.honesty?.incidents[0]?.incident;
  const found = eventsOf(timeline, "claim").find(
    ({ at, claim }) =>
      claim.type === type && at >= mark.lo && at <= mark.hi && claim.incident === (incident ?? claim.incident),
  );
  return found?.claim;
}

function quoted(text: string | undefined): string {
  return text === undefined ? "" : ` It says: “${text}”`;
}

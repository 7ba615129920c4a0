// From asked to granted: what waiting for people cost. Marks are arrivals of claims, with the last sign of life before
// as lower bound.

import type { ApprovalFacts, ApprovalWait } from "../../records/facts/approvals.ts";
import type { Mark, Span } from "../../records/interval.ts";
import type { Claim, ClaimType } from "../../records/claim.ts";
import type { Ms } from "../../core/units.ts";
import { arrivals } from "../marks/claim-marks.ts";
import { exactly, lasting } from "../marks/spans.ts";
import { eventsOf } from "../windows/timeline-view.ts";
import type { ClaimEvent } from "../../records/timeline/feed.ts";
import type { TimelineEvent } from "../../records/timeline/event.ts";

const answers: Readonly<Partial<Record<ClaimType, Exclude<ApprovalWait["outcome"], "waiting">>>> = {
  "approval.granted": "granted",
  "approval.denied": "denied",
  "approval.expired": "expired",
};

/** The stretch of the trial, and its marks of detection and recovery where there are any. */
export interface ApprovalStretch {
  /** Claims before this are of another matter, ms. */
  readonly since: Ms;
  /** End of observing, ms. */
  readonly until: Ms;
  readonly t2?: Mark | undefined;
  readonly t6?: Mark | undefined;
}

/**
 * Every approval that was asked for in [since, until], with the first answer after it to the same incident (and
 * pathway, where both name one). Undefined when none was asked for.
 */
export function approvalFacts(timeline: readonly TimelineEvent[], stretch: ApprovalStretch): ApprovalFacts | undefined {
  const { since, until, t2, t6 } = stretch;
  const claims = eventsOf(timeline, "claim").filter(({ at }) => at >= since && at <= until);
  const open = claims.filter(({ claim }) => claim.type === "approval.requested");
  if (open.length === 0) return undefined;
  const arrived = arrivals(timeline, since);
  const answered = new Map<ClaimEvent, ClaimEvent>();
  for (const event of claims.filter(({ claim }) => answers[claim.type] !== undefined)) {
    const asked = open.find((one) => !answered.has(one) && one.at <= event.at && isSameMatter(one.claim, event.claim));
    if (asked !== undefined) answered.set(asked, event);
  }
  const waits = open.map((asked) => waitOf(asked, answered.get(asked), arrived, until));
  const inResolve = t2 !== undefined && t6 !== undefined ? waiting(waits, { from: t2, to: t6 }, until) : undefined;
  return { waits, total: waiting(waits, undefined, until), ...(inResolve && { inResolve }) };
}

function isSameMatter(asked: Claim, answer: Claim): boolean {
  if (asked.incident !== answer.incident) return false;
  return asked.pathway === undefined || answer.pathway === undefined || asked.pathway === answer.pathway;
}

function waitOf(
  event: ClaimEvent,
  answer: ClaimEvent | undefined,
  mark: (event: ClaimEvent) => Mark,
  until: Ms,
): ApprovalWait {
  const asked = mark(event);
  const { incident, pathway } = event.claim;
  const base = { incident, ...(pathway !== undefined && { pathway }), asked };
  const outcome = answer && answers[answer.claim.type];
  if (answer === undefined || outcome === undefined) {
    return { ...base, outcome: "waiting", wait: lasting(asked, exactly(until), "end of observing − asked") };
  }
  const answered = mark(answer);
  return { ...base, outcome, answered, wait: lasting(asked, answered, `${outcome} − asked`) };
}

/** Length of the union of all waits, cut to a stretch: by the defined instants, at the least, and at the most. */
function waiting(
  waits: readonly ApprovalWait[],
  within: { readonly from: Mark; readonly to: Mark } | undefined,
  until: Ms,
): Span {
  const ends = waits.map(({ asked, answered }) => ({ from: asked, to: answered ?? exactly(until) }));
  const { from, to } = within ?? { from: exactly(-Infinity), to: exactly(Infinity) };
  const length = (of: (mark: Mark) => Ms, toOf: (mark: Mark) => Ms): Ms =>
    unionLength(ends.map((one) => [Math.max(of(one.from), of(from)), Math.min(toOf(one.to), toOf(to))]));
  const [at, lo, hi] = [(mark: Mark) => mark.at, (mark: Mark) => mark.lo, (mark: Mark) => mark.hi];
  const formula = within === undefined ? "time waited for approvals" : "time waited for approvals in [t2, t6]";
  return { ms: length(at, at), lo: length(hi, lo), hi: length(lo, hi), formula };
}

/** Length that at least one of the stretches covers, ms; stretches that end before they begin cover nothing. */
function unionLength(stretches: readonly (readonly [Ms, Ms])[]): Ms {
  let [length, covered] = [0, -Infinity];
  for (const [from, to] of stretches.toSorted(([a], [b]) => a - b)) {
    if (to <= from) continue;
    length += Math.max(0, to - Math.max(from, covered));
    covered = Math.max(covered, to);
  }
  return length;
}

// Do the facts of one trial agree with each other? They are found by different parts of this room from the same
// timeline. Two that cannot both be true are a defect of ours, and nothing may be concluded from either.

import { secondsText } from "../../core/text.ts";
import type { TrialPlan } from "../../records/plan.ts";
import type { ClaimType } from "../../records/claim.ts";
import type { Ms } from "../../core/units.ts";
import type { TrialRecord } from "../../core/verdict.ts";
import type { TrialFacts } from "../../records/facts/facts.ts";
import type { StreamFacts } from "../../records/facts/load.ts";
import type { MarkName } from "../../records/facts/marks.ts";
import type { WindowFact } from "../../records/facts/windows.ts";
import type { Mark, Span } from "../../records/interval.ts";
import { endings } from "../marks/declaration.ts";
import { actionsAreSeen } from "../marks/acting.ts";
import { firstBadRun, firstHeldRun } from "../windows/runs.ts";
import { areUnserved } from "../windows/served.ts";
import { eventsOf, observedUntil, periodsOf } from "../windows/timeline-view.ts";

/** Two statements that cannot both be true. */
export interface Contradiction {
  readonly one: string;
  readonly other: string;
}

/** Instants closer than this are the same: sums and differences are rounded, ms. */
const roundingMs: Ms = 1e-6;

/** Every pair of facts that contradict each other; empty when all agree. */
export function contradictions(record: TrialRecord, facts: TrialFacts): Contradiction[] {
  return [
    ...marksInOrder(facts),
    ...recoveryAndMarks(record, facts),
    ...recoveryAndWindows(record, facts),
    ...marksAndClaims(record, facts),
    ...spansAndMarks(facts),
    ...counts(facts),
  ];
}

type Found = Contradiction | undefined;

/** A contradiction when `holds` is false. */
function unless(holds: boolean, one: string, other: string): Found {
  return holds ? undefined : { one, other };
}

function found(all: readonly Found[]): Contradiction[] {
  return all.filter((each) => each !== undefined);
}

function at(ms: Ms): string {
  return `${secondsText(ms, 1)} s`;
}

function name(mark: MarkName, { lo, at: instant, hi }: Mark): string {
  return `${mark} is at ${at(instant)} (${at(lo)} to ${at(hi)})`;
}

/** What follows from something is not known to precede it. */
const order: readonly (readonly [MarkName, MarkName])[] = [
  ["t0", "t1"],
  ["t0", "t2"],
  ["t0", "t4"],
  ["t0", "t6"],
  ["t0", "t8"],
  ["t1", "t5"],
  ["t5", "t6"],
  ["t2", "t2c"],
  ["t2", "t3"],
];

function marksInOrder({ marks }: TrialFacts): Contradiction[] {
  const inverted = Object.entries(marks).map(([key, mark]) =>
    unless(
      mark.lo <= mark.at + roundingMs && mark.at <= mark.hi + roundingMs,
      name(key as MarkName, mark),
      "an instant lies in its interval",
    ),
  );
  const ordered = order.map(([first, second]): Found => {
    const [one, other] = [marks[first], marks[second]];
    if (one === undefined || other === undefined) return undefined;
    return unless(one.lo <= other.hi + roundingMs, name(first, one), name(second, other));
  });
  return found([...inverted, ...ordered]);
}

function recoveryAndMarks(record: TrialRecord, facts: TrialFacts): Contradiction[] {
  const { recovery, marks, mttr, relapse } = facts;
  const { t0, t1, t5, t6 } = marks;
  const says = `the trial is ${recovery}`;
  const periods = periodsOf(record.timeline);
  const until = periods === undefined ? Infinity : observedUntil(periods);
  const recovered = recovery === "healed" || recovery === "waited-out";
  return found([
    unless(recovered === (t6 !== undefined), says, t6 === undefined ? "there is no t6" : name("t6", t6)),
    unless(
      recovery !== "healed" || t6 === undefined || t6.lo <= until + roundingMs,
      says,
      `our revert began at ${at(until)}`,
    ),
    unless(recovery !== "not-disturbed" || t1 === undefined, says, t1 === undefined ? "" : name("t1", t1)),
    unless(recovery !== "not-disturbed" || t5 === undefined, says, t5 === undefined ? "" : name("t5", t5)),
    unless(
      (mttr !== undefined) === (recovery === "healed" && t0 !== undefined),
      says,
      `there is ${mttr === undefined ? "no" : "an"} MTTR`,
    ),
    unless(relapse.at === undefined || t6 !== undefined, "it relapsed", "there is no t6"),
    unless(
      relapse.at === undefined || t6 === undefined || relapse.at.hi >= t6.lo,
      `it relapsed at ${at(relapse.at?.at ?? 0)}`,
      t6 === undefined ? "" : name("t6", t6),
    ),
    unless(
      relapse.watchedMs >= -roundingMs && relapse.watchedMs <= relapse.wantedMs + roundingMs,
      `${at(relapse.watchedMs)} were watched for a relapse`,
      `${at(relapse.wantedMs)} were to be watched`,
    ),
  ]);
}

function recoveryAndWindows({ plan }: TrialRecord, facts: TrialFacts): Contradiction[] {
  const { recovery, marks, windows, burn, baseline } = facts;
  const { t6 } = marks;
  const says = `the trial is ${recovery}`;
  const notHeld = t6 === undefined ? undefined : whyNotHeld(windows, plan, t6);
  const odd = windows.find(
    ({ state, users, broken }) => (state === "bad") !== broken.length > 0 || (users === "bad" && state !== "bad"),
  );
  const hurt = burn !== undefined && areUnserved(burn, baseline, plan.expect.budget?.stream);
  return found([
    unless(notHeld === undefined, says, notHeld ?? ""),
    unless(
      odd === undefined,
      `the window from ${at(odd?.from ?? 0)} is ${odd?.state ?? ""}`,
      `in it did not hold: ${odd?.broken.join(", ") ?? ""}`,
    ),
    unless(
      recovery !== "not-disturbed" || !hurt,
      `the steady state never broke`,
      `${burn?.bad ?? 0} of ${burn?.expected ?? 0} requests were bad`,
    ),
  ]);
}

/**
 * What speaks against a recovery at this mark; undefined when nothing does. The row that held may begin later than the
 * mark, which single samples place: a window in between may be bad by chance, or not seen, but never as many as it
 * takes for the state to count as broken anew.
 */
function whyNotHeld(windows: readonly WindowFact[], { steady, holdMs }: TrialPlan, t6: Mark): string | undefined {
  const from = windows.findIndex(({ to }) => to > t6.lo);
  const row = from < 0 ? undefined : firstHeldRun(windows, { view: "state", holdMs, from });
  if (row === undefined) return `no row of good windows after ${at(t6.lo)} is as long as the hold`;
  const between = windows.slice(0, row).filter((window) => window.from >= t6.hi);
  const broke = between[firstBadRun(between, "state", steady, 0) ?? -1];
  return broke === undefined ? undefined : `it broke anew at ${at(broke.from)}, before a row of good windows held`;
}

/** Marks of the healer's word, each with the kinds of claim that can have made it. */
const spoken: readonly (readonly [MarkName, readonly ClaimType[] | undefined])[] = [
  ["t2", ["detected"]],
  ["t2c", undefined],
  ["t3", ["decided"]],
  ["t7", endings],
];

function marksAndClaims({ plan, timeline }: TrialRecord, facts: TrialFacts): Contradiction[] {
  const claims = eventsOf(timeline, "claim");
  const { marks, pathway, calm } = facts;
  const unheard = spoken.map(([key, types]): Found => {
    const mark = marks[key];
    if (mark === undefined) return undefined;
    const heard = claims.some(
      (event) => event.at === mark.at && (types === undefined || types.includes(event.claim.type)),
    );
    return unless(heard, name(key, mark), "no such claim was heard then");
  });
  const done = claims.some(
    ({ claim }) => claim.type === "action.finished" && claim.outcome === "done" && claim.pathway === pathway,
  );
  return found([
    ...unheard,
    unless(
      pathway === null || done || isSeen(plan, pathway),
      `it was repaired by ${pathway ?? ""}`,
      "no claim says that this was done",
    ),
    unless(
      (calm?.alarms ?? 0) === 0 || claims.some(({ claim }) => claim.type === "detected"),
      `${calm?.alarms ?? 0} false alarms`,
      "nothing was claimed detected",
    ),
    unless(plan.targetFacts.hasFeed || calm === undefined, "calm time was heard", "the target has no feed"),
  ]);
}

/** Where nobody speaks of actions, a pathway may be recognised by what it looks like. */
function isSeen(plan: TrialPlan, pathway: string): boolean {
  return actionsAreSeen(plan) && plan.targetFacts.traits?.[pathway]?.seenAs !== undefined;
}

function spansAndMarks(facts: TrialFacts): Contradiction[] {
  const { marks } = facts;
  const spans: readonly (readonly [Span | undefined, Mark | undefined, Mark | undefined])[] = [
    [facts.mttd, marks.t0, marks.t2],
    [facts.firstAction, marks.t0, marks.t4],
    [facts.mttr, marks.t0, marks.t6],
    [facts.ttm, marks.t1, marks.t5],
  ];
  return found(
    spans.map(([span, from, to]): Found => {
      if (span === undefined) return undefined;
      const says = `${span.formula} is ${at(span.ms)}`;
      if (from === undefined || to === undefined) return { one: says, other: "one of the marks is missing" };
      const ms = to.at - from.at;
      return unless(Math.abs(span.ms - ms) < 1e-3 || (span.ms === 0 && ms < 0), says, `the marks lie ${at(ms)} apart`);
    }),
  );
}

function ofStream({ expected, answered, errors, unsent, lateSendShare }: StreamFacts): readonly Found[] {
  return [
    unless(
      answered + errors + unsent === expected,
      `${expected} requests were expected`,
      `${answered} were answered, ${errors} failed and ${unsent} were never sent`,
    ),
    unless(
      lateSendShare >= 0 && lateSendShare <= 1,
      `a share of ${lateSendShare} was sent late`,
      "a share lies in 0 to 1",
    ),
  ];
}

function counts({ load, burn, documents }: TrialFacts): Contradiction[] {
  return found([
    ...[load, ...Object.values(load.streams ?? {})].flatMap(ofStream),
    unless(
      burn === undefined || burn.bad <= burn.expected,
      `${burn?.bad ?? 0} requests were bad`,
      `${burn?.expected ?? 0} settled`,
    ),
    unless(
      burn === undefined || Math.abs(burn.burn * (1 - burn.slo) * burn.expected - burn.bad) < 1e-6 * (1 + burn.bad),
      `the burn is ${burn?.burn ?? 0}`,
      `${burn?.bad ?? 0} of ${burn?.expected ?? 0} requests were bad at SLO ${burn?.slo ?? 0}`,
    ),
    ...[documents?.atEnd, documents?.afterRevert].map((loss): Found =>
      unless(
        loss === undefined || loss.gone + loss.unseen <= (documents?.written ?? 0),
        `${loss?.gone ?? 0} documents are gone and ${loss?.unseen ?? 0} unseen`,
        `${documents?.written ?? 0} were written`,
      ),
    ),
  ]);
}

// The marks that windows show: t1 impact, t5 mitigated, t6 recovered, and a relapse after it.

import { harmsSite } from "../../core/plan.ts";
import { known } from "../../core/known.ts";
import type { Ms } from "../../core/units.ts";
import type { Mark } from "../../records/interval.ts";
import type { BadSample } from "../transitions/bad-samples.ts";
import { firstBadRun, firstHeldRun, lastBefore, exitState } from "../windows/runs.ts";
import type { View } from "../windows/runs.ts";
import { byService } from "../windows/served.ts";
import type { Windows } from "../windows/windows.ts";
import type { TrialPlan } from "../../records/plan.ts";

export interface WindowMarks {
  /** Start of the first of `badAfter` bad windows of the users' view, backdated but never before the injection. */
  readonly t1?: Mark;
  /** First users-good window of a row that holds, after t1. */
  readonly t5?: Mark;
  /** First all-good window of a row that holds, after the steady state broke in any view. */
  readonly t6?: Mark;
  /** Begin of the row of good windows that held, ms: what t5 and t6 rest on. */
  readonly rows: { readonly t5?: Ms; readonly t6?: Ms };
  /** Whether the steady state of any view broke after the injection. */
  readonly disturbed: boolean;
  /**
   * The windows by which it broke: as the intent's conditions have them, or, where they never broke, by whether users
   * were served.
   */
  readonly by: Windows;
}

/**
 * Marks after the injection, which happened no earlier than `since` (t0's lower bound), in ms. Where no condition of
 * the intent broke, but most users got nothing good, it is broken by that. Good again counts from `lastHarm` on, the
 * begin of the last disturbance, ms.
 */
export function windowMarks(seen: Windows, plan: TrialPlan, since: Ms, lastHarm: Ms = since): WindowMarks {
  const marks = marksBy(seen, plan, since, lastHarm);
  if (marks.disturbed) return marks;
  const served = marksBy(byService(seen), plan, since, lastHarm);
  return served.disturbed ? served : marks;
}

function marksBy(seen: Windows, plan: TrialPlan, since: Ms, lastHarm: Ms): WindowMarks {
  const { windows } = seen;
  const first = windows.findIndex((window) => window.to > since);
  if (first < 0) return { disturbed: false, rows: {}, by: seen };
  const { broke, hurt, mitigated, recovered, brokenUntil } = rowsFrom(first, seen, plan, { since, lastHarm });
  const t1 = hurt === undefined ? undefined : turnedBad(seen, "users", hurt, since);
  const t5 = mitigated === undefined ? undefined : turnedGood(seen, "users", mitigated, lastHarm);
  const t6 = recovered === undefined ? undefined : turnedGood(seen, "state", recovered, lastHarm);
  return known<WindowMarks>({
    by: seen,
    disturbed: broke !== undefined,
    rows: known<WindowMarks["rows"]>({
      t5: windows[mitigated ?? -1]?.from,
      t6: brokenUntil.get(recovered ?? -1) ?? windows[recovered ?? -1]?.from,
    }),
    t1,
    t5,
    t6: t6 === undefined || t5 === undefined ? t6 : laterOf(t5, t6),
  });
}

/** Where rows of windows begin, as indexes of windows; undefined: there is no such row. */
interface Rows {
  /** The steady state of any view broke. */
  readonly broke: number | undefined;
  readonly hurt: number | undefined;
  readonly mitigated: number | undefined;
  readonly recovered: number | undefined;
  /** Instants (ms) until which a window was seen broken, by its index. */
  readonly brokenUntil: ReadonlyMap<number, Ms>;
}

/** Times in ms. */
interface HarmTimes {
  readonly since: Ms;
  readonly lastHarm: Ms;
}

/** Rows at or after the window of index `first`. */
function rowsFrom(first: number, seen: Windows, plan: TrialPlan, { since, lastHarm }: HarmTimes): Rows {
  const { windows } = seen;
  const firstHurt = firstBadRun(windows, "users", plan.steady, first);
  const samples = looksThatCount(seen, plan, since);
  const broke = earlier(firstBadRun(windows, "state", plan.steady, first), samples[0]?.window);
  const brokenUntil = new Map(samples.map((sample) => [sample.window, sample.at]));
  const afterLast = windows.findIndex((window) => window.to > lastHarm);
  const { holdMs } = plan;
  const held = (view: View, broken: number): number | undefined => {
    const from = afterLast < 0 ? windows.length : Math.max(broken, afterLast);
    return firstHeldRun(windows, { view, holdMs, from, ...(view === "state" && { brokenUntil }) });
  };
  const recovered = broke === undefined ? undefined : held("state", broke);
  // Users who were hurt only after the recovery had held were hurt by something else: a relapse, or our own way back.
  const hurt = firstHurt !== undefined && recovered !== undefined && firstHurt > recovered ? undefined : firstHurt;
  const mitigated = hurt === undefined ? undefined : held("users", hurt);
  return { broke, hurt, mitigated, recovered, brokenUntil };
}

/** Recovered is mitigated and more, so it is never earlier, and neither is what is known of it. */
function laterOf(t5: Mark, t6: Mark): Mark {
  return { at: Math.max(t5.at, t6.at), lo: Math.max(t5.lo, t6.lo), hi: Math.max(t5.hi, t6.hi) };
}

/**
 * Samples that saw the state broken by a real fault. Its effect was confirmed, so one sample is no stumble of a probe;
 * a healer may be done before `badAfter` windows are over.
 */
function looksThatCount({ badSamples }: Windows, plan: TrialPlan, since: Ms): readonly BadSample[] {
  return plan.disturbances.some(harmsSite) ? badSamples.filter((sample) => sample.from >= since) : [];
}

function earlier(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
}

/** The same marks, each known less sharply by `slackMs` on both sides (never before `since`). */
export function widened(marks: WindowMarks, slackMs: Ms, since: Ms): WindowMarks {
  const widen = (mark: Mark): Mark => widenedMark(mark, slackMs, since);
  const { disturbed, rows, by, t1, t5, t6 } = marks;
  return {
    disturbed,
    rows,
    by,
    ...(t1 && { t1: widen(t1) }),
    ...(t5 && { t5: widen(t5) }),
    ...(t6 && { t6: widen(t6) }),
  };
}

/** A mark that is known less sharply by `slackMs` on both sides (never before `since`). */
export function widenedMark({ at, lo, hi }: Mark, slackMs: Ms, since: Ms): Mark {
  return { at, lo: Math.min(at, Math.max(since, lo - slackMs)), hi: hi + slackMs };
}

/** First breach (`badAfter` bad windows in a row) that begins in [from, to), ms. */
export function breachBetween(seen: Windows, plan: TrialPlan, from: Ms, to: Ms): Mark | undefined {
  const watched = seen.windows.filter((window) => window.to <= to);
  const first = watched.findIndex((window) => window.from >= from);
  const breach = first < 0 ? undefined : firstBadRun(watched, "state", plan.steady, first);
  return breach === undefined ? undefined : turnedBad(seen, "state", breach, from);
}

/**
 * Placed by single samples when the window before was good; else between the start of the last good window and the end
 * of the first bad one, with its start as the instant.
 */
function turnedBad(seen: Windows, view: View, index: number, since: Ms): Mark | undefined {
  const window = seen.windows[index];
  if (window === undefined) return undefined;
  const good = lastBefore(seen.windows, index, (before) => before[view] === "good");
  const nothingBetween = good !== undefined && seen.windows.slice(good + 1, index).every((w) => w[view] === "unseen");
  const sharp = nothingBetween ? seen.transition({ view, index, to: "bad" }) : undefined;
  if (sharp !== undefined && sharp.hi >= since) return notBefore(sharp, since);
  const lo = good === undefined ? since : (seen.since[good] ?? since);
  return notBefore({ at: window.from, lo, hi: window.to }, since);
}

/**
 * Placed by single samples when the window before was bad or a sample saw it broken. When windows were not seen in
 * between, the row that held begins after them: it may have turned good before, as samples say, or within what was not
 * seen. Else between the last bad sample and the first good window's end.
 */
function turnedGood(seen: Windows, view: View, index: number, since: Ms): Mark | undefined {
  const window = seen.windows[index];
  if (window === undefined) return undefined;
  const bad = lastBefore(seen.windows, index, (before) => exitState(before, view) === "bad");
  // Broken earlier in this very window, or in the one before: then it turned good after that sample began.
  const broken = view === "users" ? undefined : seen.badSamples.findLast((candidate) => candidate.window === index);
  const justBefore = view === "state" && seen.badSamples.some((candidate) => candidate.window === index - 1);
  const shown = bad === index - 1 || broken !== undefined || justBefore;
  const sharp = shown ? seen.transition({ view, index, to: "good" }) : undefined;
  if (sharp !== undefined && sharp.hi >= since) return notBefore(sharp, since);
  const lo = bad === undefined ? since : ((view === "users" ? seen.windows[bad]?.from : seen.since[bad]) ?? since);
  const mark = { at: window.from, lo: Math.min(lo, window.from), hi: window.to };
  if (broken !== undefined)
    return notBefore({ ...mark, at: Math.max(mark.at, broken.at), lo: Math.max(mark.lo, broken.from) }, since);
  const earlier = bad === undefined || shown ? undefined : goodAfter(seen, view, bad);
  return notBefore(earlier === undefined ? mark : { ...earlier, hi: window.to }, since);
}

/** The transition right after a bad window, when the next one was seen to be good. */
function goodAfter(seen: Windows, view: View, bad: number): Mark | undefined {
  const next = seen.windows[bad + 1];
  if (next === undefined || exitState(next, view) !== "good") return undefined;
  return seen.transition({ view, index: bad + 1, to: "good" });
}

/** What follows from the fault does not precede it. */
function notBefore({ at, lo, hi }: Mark, since: Ms): Mark {
  const instant = Math.max(since, at);
  return { at: instant, lo: Math.min(instant, Math.max(since, lo)), hi: Math.max(instant, hi) };
}

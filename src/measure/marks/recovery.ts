// Did it recover, and was that the healer's merit or ours?

import type { TrialPlan } from "../../records/plan.ts";
import type { Ms } from "../../core/units.ts";
import type { TrialFacts } from "../../records/facts/facts.ts";
import type { WindowFact } from "../../records/facts/windows.ts";
import { firstBadRun, mayHaveBroken, mayHaveHeld } from "../windows/runs.ts";
import { areUnserved } from "../windows/served.ts";
import type { Settled } from "../windows/settled-counts.ts";
import { unseenLimit } from "../windows/steadiness.ts";
import { observedUntil } from "../windows/timeline-view.ts";
import type { Periods } from "../windows/timeline-view.ts";
import { breachBetween } from "./window-marks.ts";
import type { WindowMarks } from "./window-marks.ts";

/**
 * True when a row of good windows that began at `from` held for `holdMs` while the fault still did, i.e. before our
 * revert began (one window of grace, because windows do not end with the revert). A state that was good for less may be
 * ours, not the healer's.
 */
export function heldUnderFault(from: Ms | undefined, plan: TrialPlan, periods: Periods): boolean {
  if (from === undefined) return false;
  const revertFrom = underFaultUntil(periods);
  if (revertFrom === Infinity) return true;
  // A hold shorter than the window of grace must not make a row of ours one of the healer's.
  return from < revertFrom && from + plan.holdMs <= revertFrom + plan.steady.windowMs;
}

/** Until here at least one fault was in place; Infinity as long as none was taken back. */
function underFaultUntil({ revertFrom = Infinity, clearFrom = Infinity }: Periods): Ms {
  return Math.min(revertFrom, clearFrom);
}

/**
 * As `heldUnderFault`, of the recovery; and it did not turn good only after our revert began, in the row's first
 * window.
 */
function healed({ t6, rows }: WindowMarks, plan: TrialPlan, periods: Periods): boolean {
  return (t6?.lo ?? 0) <= underFaultUntil(periods) && heldUnderFault(rows.t6, plan, periods);
}

/**
 * The marks without a t6 of which nobody can say whether it was the healer's or ours: windows that were not seen are
 * all that speaks against a recovery under the fault that began in time. Times in ms.
 */
export function knownRecovery(
  marks: WindowMarks,
  plan: TrialPlan,
  { periods, since }: { readonly periods: Periods; readonly since: Ms },
): WindowMarks {
  if (marks.t6 === undefined || healed(marks, plan, periods)) return marks;
  const until = underFaultUntil(periods);
  const under = marks.by.windows.filter(({ from, to }) => to > since && from < until);
  const lastBad = under.findLastIndex(({ state }) => state === "bad");
  const dueAt = since + (plan.expect.recovered?.withinMs ?? plan.watchMs);
  const isDark = under.slice(lastBad + 1).some(({ state, undecided }) => state === "unseen" && undecided !== true);
  if (!isDark || !mayHaveHeld(under.slice(Math.max(0, lastBad)), plan.holdMs, dueAt)) return marks;
  const { t6: _t6, ...rest } = marks;
  const { t6: _row, ...rows } = marks.rows;
  return { ...rest, rows };
}

/**
 * healed: recovered for the hold while the fault still held · waited-out: only with our revert · not-recovered: not at
 * all · not-disturbed: the steady state never broke · unseen: too little was seen to say that it did not break or
 * recover. Who knows that it broke knows that it did not recover when no row of windows that were not seen bad is as
 * long as the hold; what else was unseen does not matter.
 */
export function recoveryOf(
  marks: WindowMarks,
  plan: TrialPlan,
  { periods, since, settled }: { readonly periods: Periods; readonly since: Ms; readonly settled: readonly Counted[] },
): TrialFacts["recovery"] {
  const { windows, baseline } = marks.by;
  if (marks.t6 !== undefined) return healed(marks, plan, periods) ? "healed" : "waited-out";
  const after = windows.filter((window) => window.to > since);
  const unseen = after.filter((window) => window.state === "unseen").length;
  if (marks.disturbed) {
    const decided = untilLeftOpen(after, plan, { periods, since });
    return unseen > 0 && mayHaveRecovered(decided, plan) ? "unseen" : "not-recovered";
  }
  if (after.length === 0 || unseen > unseenLimit * after.length || mayHaveBroken(after, plan.steady)) return "unseen";
  // So few requests a window that none was judged by them, yet most of all were bad: that it never broke was not seen.
  return settled.some((counted) => areUnserved(counted, baseline, counted.stream)) ? "unseen" : "not-disturbed";
}

/**
 * The windows up to the last that was bad under the fault, where that was after the time for a recovery, and requests
 * that were open when the fault was taken back leave undecided what came next: our observation ended there, broken.
 * All windows where it did not.
 */
function untilLeftOpen(
  windows: readonly WindowFact[],
  { expect }: TrialPlan,
  { periods, since }: { readonly periods: Periods; readonly since: Ms },
): readonly WindowFact[] {
  const dueAt = since + (expect.recovered?.withinMs ?? Infinity);
  const until = underFaultUntil(periods);
  const lastBad = windows.findLastIndex(({ from, state }) => state === "bad" && from < until);
  const open = windows.findIndex(({ from, undecided }, index) => undecided === true && index > lastBad && from < until);
  return open >= 0 && (windows[lastBad]?.to ?? 0) > dueAt ? windows.slice(0, lastBad + 1) : windows;
}

/** What settled of one stream; without a name: of the default stream. */
interface Counted extends Settled {
  readonly stream?: string;
}

/** True when a row in which windows were unseen, and none was bad, is as long as the hold. */
function mayHaveRecovered(after: readonly WindowFact[], plan: TrialPlan): boolean {
  const broke = firstBadRun(after, "state", plan.steady, 0) ?? after.findIndex(({ state }) => state === "bad");
  const rest = after.slice(Math.max(0, broke));
  const last = rest.at(-1);
  return last !== undefined && mayHaveHeld(rest, plan.holdMs, last.to - plan.holdMs);
}

/**
 * A breach within five holds after t6. Watched is what was seen of them before our revert (after a waited-out recovery:
 * before the end), so that a trial ended early, or whose probes went dark, says how little it watched.
 */
export function relapseAfter(marks: WindowMarks, plan: TrialPlan, periods: Periods): TrialFacts["relapse"] {
  const { t6, by } = marks;
  const wantedMs = 5 * plan.holdMs;
  if (t6 === undefined) return { watchedMs: 0, wantedMs };
  const until = healed(marks, plan, periods) ? observedUntil(periods) : periods.end;
  const to = t6.at + Math.max(0, Math.min(wantedMs, until - t6.at));
  const dark = by.windows.filter(({ state, from }) => state === "unseen" && from >= t6.at && from < to);
  const unseenMs = dark.reduce((sum, window) => sum + Math.min(window.to, to) - window.from, 0);
  const at = breachBetween(by, plan, t6.at, to);
  return { watchedMs: to - t6.at - unseenMs, wantedMs, ...(at && { at }) };
}

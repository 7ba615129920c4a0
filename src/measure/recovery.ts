// Did it recover, and was that the healer's merit or ours?

import type { TrialPlan } from "../core/plan.ts";
import type { Ms } from "../core/units.ts";
import type { TrialFacts } from "../core/verdict.ts";
import { unseenLimit } from "./steadiness.ts";
import { observedUntil } from "./timeline-view.ts";
import type { Periods } from "./timeline-view.ts";
import { breachBetween } from "./window-marks.ts";
import type { WindowMarks } from "./window-marks.ts";
import type { Windows } from "./windows.ts";

/**
 * True when a row of good windows that began at `from` held for `holdMs` while the fault still did, i.e. before our revert began (one
 * window of grace, because windows do not end with the revert). A state that was good for less may be ours, not the healer's.
 */
export function heldUnderFault(from: Ms | undefined, plan: TrialPlan, periods: Periods): boolean {
  if (from === undefined) return false;
  return periods.revertFrom === undefined || from + plan.holdMs <= periods.revertFrom + plan.steady.windowMs;
}

/**
 * healed: recovered for the hold while the fault still held · waited-out: only with our revert · not-recovered: not at all ·
 * not-disturbed: the steady state never broke · unseen: too little was seen to say that it did not break or recover.
 */
export function recoveryOf(
  marks: WindowMarks,
  plan: TrialPlan,
  { seen, periods, since }: { readonly seen: Windows; readonly periods: Periods; readonly since: Ms },
): TrialFacts["recovery"] {
  if (marks.t6 !== undefined) return heldUnderFault(marks.rows.t6, plan, periods) ? "healed" : "waited-out";
  const after = seen.windows.filter((window) => window.to > since);
  const unseen = after.filter((window) => window.state === "unseen").length;
  if (after.length === 0 || unseen > unseenLimit * after.length) return "unseen";
  return marks.disturbed ? "not-recovered" : "not-disturbed";
}

/**
 * A breach within five holds after t6. Watched is what was seen of them before our revert (after a waited-out recovery: before
 * the end), so that a trial ended early says how little it watched.
 */
export function relapseAfter(
  { t6, rows }: WindowMarks,
  plan: TrialPlan,
  { seen, periods }: { readonly seen: Windows; readonly periods: Periods },
): TrialFacts["relapse"] {
  const wantedMs = 5 * plan.holdMs;
  if (t6 === undefined) return { watchedMs: 0, wantedMs };
  const until = heldUnderFault(rows.t6, plan, periods) ? observedUntil(periods) : periods.end;
  const watchedMs = Math.max(0, Math.min(wantedMs, until - t6.at));
  const at = breachBetween(seen, plan, t6.at, t6.at + watchedMs);
  return { watchedMs, wantedMs, ...(at && { at }) };
}

// Was the steady state kept before the injection? Asked by the conductor before it does harm, and by the rule
// afterwards.

import type { WindowFact } from "../../records/facts/windows.ts";
import type { TrialView } from "../facts/trial-view.ts";
import { firstBadRun } from "./runs.ts";
import type { BadRun } from "./runs.ts";

/** Share of windows that may be unseen before the baseline counts as unseen. */
export const unseenLimit = 0.5;

/**
 * kept · broken (enough bad windows to make an impact, from `at` on) · unseen (nothing, or too little, was
 * seen).
 */
export type Steadiness = { readonly state: "kept" | "unseen" } | { readonly state: "broken"; readonly at: WindowFact };

/** How steady a stretch of windows was; no window at all is unseen. */
export function steadinessOf(windows: readonly WindowFact[], run: BadRun): Steadiness {
  const at = windows[firstBadRun(windows, "state", run, 0) ?? -1];
  if (at !== undefined) return { state: "broken", at };
  const unseen = windows.filter((window) => window.state === "unseen").length;
  return { state: windows.length === 0 || unseen > unseenLimit * windows.length ? "unseen" : "kept" };
}

/** True when the baseline seen so far is steady, so that harm may be done. */
export function baselineIsSteady({ plan, periods, windows }: TrialView): boolean {
  if (periods === undefined) return false;
  const before = windows.windows.filter((window) => window.to <= periods.baselineTo);
  return steadinessOf(before, plan.steady).state === "kept";
}

// What users felt of a disturbance while they were hurt: the share of their requests that were bad.

import { usualSlo, type Impact } from "../../core/impact.ts";
import type { TrialResult } from "../../records/results/trial-result.ts";

/**
 * Over [t1, t6], from t0 where users were never hurt for long, and to the end of observing where it was not healed: by
 * the error budget's own count, and where the intent has none by the windows, Σ count · bad_share ÷ Σ count of those
 * within that time. Undefined where nothing was injected, or no window was seen.
 */
export function impactOf({ plan, facts }: Pick<TrialResult, "plan" | "facts">): Impact | undefined {
  const slo = plan.expect.budget?.slo ?? usualSlo;
  const { burn, windows, marks, recovery } = facts;
  if (marks.t0 === undefined || slo >= 1) return undefined;
  if (burn !== undefined) return { bad: burn.bad / burn.expected, slo };
  const from = marks.t1?.at ?? marks.t0.at;
  const to = (recovery === "healed" ? marks.t6?.at : marks.t8?.lo) ?? Infinity;
  let [all, bad] = [0, 0];
  for (const window of windows) {
    const { "users.count": users, "users.bad_share": badShare } = window.values;
    if (window.from < from || window.to > to || users === undefined || badShare === undefined) continue;
    all += users;
    bad += users * badShare;
  }
  return all === 0 ? undefined : { bad: bad / all, slo };
}

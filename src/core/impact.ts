// How hard a disturbance hit users, as a level: by the error budget that it burnt, measured, not by the dose.

import type { Share } from "./units.ts";

/** From mild to harsh. */
export type ImpactLevel = "none" | "noticeable" | "significant" | "disabling";

/** Where an intent has no `expect.budget`; ours. */
export const usualSlo: Share = 0.99;

/** Minutes of the 30 days of an error budget: B. Beyer et al., The Site Reliability Workbook, 2018, chapter 5. */
const budgetMinutes = 30 * 24 * 60;
/** From this share of bad requests on a service is of no use: ours. */
const disablingShare: Share = 0.5;

/** What users felt while they were hurt. */
export interface Impact {
  /** Share of the requests that were bad. */
  readonly bad: Share;
  /** Share of requests that must be good. */
  readonly slo: Share;
}

/** Times as fast as the budget allows: bad ÷ (1 − slo); the burn rate of the same chapter. */
export function burnRate({ bad, slo }: Impact): number {
  return bad / (1 - slo);
}

/** Share of the error budget of 30 days that is burnt in a minute: burn rate ÷ 43,200. */
export function burntPerMinute(impact: Impact): Share {
  return burnRate(impact) / budgetMinutes;
}

/**
 * The level from which on an impact has it, as burn rates: noticeable from 1 (the budget is used faster than allowed);
 * disabling where half of the requests are bad; significant from the geometric mean of both. Formula and bounds are
 * ours. `slo` is below 1; where it leaves so much budget that half of the requests may be bad, each is a quarter of the
 * next at most.
 */
export function levelFrom(level: Exclude<ImpactLevel, "none">, slo: Share): number {
  const disabling = disablingShare / (1 - slo);
  const noticeable = Math.min(1, disabling / 16);
  if (level === "significant") return Math.sqrt(noticeable * disabling);
  return level === "disabling" ? disabling : noticeable;
}

/** The level of an impact. */
export function levelOf(impact: Impact): ImpactLevel {
  const rate = burnRate(impact);
  const reached = (["disabling", "significant", "noticeable"] as const).find(
    (level) => rate >= levelFrom(level, impact.slo) * (1 - 1e-9),
  );
  return reached ?? "none";
}

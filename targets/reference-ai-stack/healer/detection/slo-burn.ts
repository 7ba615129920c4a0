// How fast the budget of failures is being used up, over a long and a short window at once: the long one says that it
// matters, the short one that it still goes on (Google SRE Workbook, chapter 5).

export interface Outcome {
  /** When it was seen, ms on the healer's clock. */
  readonly at: number;
  readonly ok: boolean;
}

export interface BurnRule {
  /** Share of requests that should be answered, below 1. */
  readonly objective: number;
  /** Times the budget 1 − objective that is too fast. */
  readonly rate: number;
  readonly longMs: number;
  readonly shortMs: number;
}

/** Share of failures over the time up to `now` as a multiple of the budget; 0 without requests. */
function burnRate(outcomes: readonly Outcome[], now: number, windowMs: number, objective: number): number {
  const within = outcomes.filter(({ at }) => at > now - windowMs && at <= now);
  if (within.length === 0) return 0;
  return within.filter(({ ok }) => !ok).length / within.length / (1 - objective);
}

/** Is the budget burnt too fast over both windows? */
export function burnsTooFast(outcomes: readonly Outcome[], now: number, rule: BurnRule): boolean {
  const over = (windowMs: number): boolean => burnRate(outcomes, now, windowMs, rule.objective) >= rule.rate;
  return over(rule.longMs) && over(rule.shortMs);
}

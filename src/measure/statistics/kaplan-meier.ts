// Times over trials some of which never came to an end: those count as longer, not as missing.

import type { Ms } from "../../core/units.ts";

/** One trial's time; `ended: false` means it was still going when watching stopped at `ms` (censored). */
export interface Observation {
  readonly ms: Ms;
  readonly ended: boolean;
}

/** Share still not ended from `ms` on, until the next step. */
export interface SurvivalStep {
  readonly ms: Ms;
  readonly share: number;
  /** Trials watched and still going just before `ms`, and how many of them ended at it. */
  readonly atRisk: number;
  readonly ends: number;
}

/**
 * Product-limit estimate (E. L. Kaplan, P. Meier, J. Am. Stat. Assoc. 53, 1958, 457–481); a tie ends before it is
 * censored. Throws RangeError for a time that is not a finite number.
 */
export function survival(observations: readonly Observation[]): SurvivalStep[] {
  const wrong = observations.find(({ ms }) => !Number.isFinite(ms));
  if (wrong !== undefined) throw new RangeError(`a time over trials is finite, not ${wrong.ms}`);
  const sorted = observations.toSorted((a, b) => a.ms - b.ms);
  const steps: SurvivalStep[] = [];
  let share = 1;
  for (let from = 0; from < sorted.length;) {
    const ms = sorted[from]?.ms ?? 0;
    let [to, ends] = [from, 0];
    for (; sorted[to]?.ms === ms; to += 1) if (sorted[to]?.ended === true) ends += 1;
    const atRisk = sorted.length - from;
    if (ends > 0) {
      share *= 1 - ends / atRisk;
      steps.push({ ms, share, atRisk, ends });
    }
    from = to;
  }
  return steps;
}

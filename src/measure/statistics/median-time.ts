// The headline of times over trials: half were over by then, and how sure that is.

import type { Ms } from "../../core/units.ts";
import { binomialAtMost } from "./binomial.ts";
import { survival } from "./kaplan-meier.ts";
import type { Observation } from "./kaplan-meier.ts";
import type { Refusal } from "./refusal.ts";

/**
 * First time at which at most half are left; when exactly half are left, the middle between that time and the next end,
 * as for an ordinary sample. Undefined when the curve does not get there (the median is longer than was watched).
 */
export function kaplanMeierMedian(observations: readonly Observation[]): Ms | undefined {
  const steps = survival(observations);
  const index = steps.findIndex(({ share }) => share <= 0.5 + 1e-12);
  const step = steps[index];
  if (step === undefined) return undefined;
  const half = step.share >= 0.5 - 1e-12;
  const next = half ? steps[index + 1] : step;
  return next === undefined ? undefined : (step.ms + next.ms) / 2;
}

/** Both bounds belong to it; without `hi` it reaches beyond what was watched. */
export interface MedianInterval {
  readonly ok: true;
  readonly lo: Ms;
  readonly hi?: Ms;
}

/** With fewer trials not even their whole range holds the median 95 times of 100: 2 · ½⁵ = 6 %. */
const fewestTrials = 6;

/**
 * Exact 95 % interval of the median by order statistics: [x(r), x(n − r + 1)] with the greatest r for which
 * P(Binomial(n, ½) < r) ≤ 2.5 % (e.g. W. J. Conover, Practical Nonparametric Statistics, 3rd ed., 3.2). Refuses below 6
 * trials, when a trial was censored before the last end (its rank is then unknown), and when the lower bound was not
 * reached.
 */
export function medianInterval(observations: readonly Observation[]): MedianInterval | Refusal {
  const n = observations.length;
  if (n < fewestTrials) {
    const trials = n === 1 ? "there is 1" : `there are ${n}`;
    return { ok: false, reason: `a median interval needs ${fewestTrials} trials, ${trials}` };
  }
  const ends = observations
    .filter(({ ended }) => ended)
    .map(({ ms }) => ms)
    .toSorted((a, b) => a - b);
  const lastEnd = ends.at(-1) ?? -Infinity;
  const lost = observations.filter(({ ms, ended }) => !ended && ms < lastEnd).length;
  if (lost > 0)
    return {
      ok: false,
      reason: `a median interval needs every trial watched to the last end, ${lost === 1 ? "1 was" : `${lost} were`} not`,
    };
  let r = 1;
  while (binomialAtMost(r, n, 0.5) <= 0.025) r += 1;
  const [lo, hi] = [ends[r - 1], ends[n - r]];
  if (lo === undefined)
    return { ok: false, reason: `a median interval of ${n} trials needs ${r} that ended, there are ${ends.length}` };
  return { ok: true, lo, ...(hi !== undefined && { hi }) };
}

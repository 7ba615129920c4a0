// Times over trials some of which never came to an end: those count as longer, not as missing.

import type { Ms } from "../../core/units.ts";
import { binomialAtMost } from "./binomial.ts";

/** One trial's time; `ended: false` means it was still going when watching stopped at `ms` (censored). */
export interface Observation {
  readonly ms: Ms;
  readonly ended: boolean;
}

/** Share still not ended from `ms` on, until the next step. */
export interface SurvivalStep {
  readonly ms: Ms;
  readonly share: number;
}

/** Product-limit estimate (E. L. Kaplan, P. Meier, J. Am. Stat. Assoc. 53, 1958, 457–481); a tie ends before it is censored. */
export function survival(observations: readonly Observation[]): SurvivalStep[] {
  const ends = [...new Set(observations.filter(({ ended }) => ended).map(({ ms }) => ms))].sort((a, b) => a - b);
  let share = 1;
  return ends.map((ms) => {
    const atRisk = observations.filter((observation) => observation.ms >= ms).length;
    const ended = observations.filter((observation) => observation.ended && observation.ms === ms).length;
    share *= 1 - ended / atRisk;
    return { ms, share };
  });
}

/** The median and, from 6 trials on, its exact interval; a bound that lies beyond what was watched is absent. */
export interface MedianTime {
  readonly ms: Ms;
  readonly lo?: Ms;
  readonly hi?: Ms;
}

/**
 * First time at which at most half are left; when exactly half are left, the middle between that time and the next end, as for
 * an ordinary sample. Undefined when the curve does not get there (the median is longer than was watched).
 */
export function kaplanMeierMedian(observations: readonly Observation[]): MedianTime | undefined {
  const steps = survival(observations);
  const index = steps.findIndex(({ share }) => share <= 0.5 + 1e-12);
  const step = steps[index];
  if (step === undefined) return undefined;
  const half = step.share >= 0.5 - 1e-12;
  const next = half ? steps[index + 1] : step;
  if (next === undefined) return undefined;
  return { ms: (step.ms + next.ms) / 2, ...medianBounds(observations) };
}

/**
 * Exact 95 % interval of the median by order statistics: [x(r), x(n − r + 1)] with the greatest r for which
 * P(Binomial(n, ½) < r) ≤ 2.5 % (e.g. W. J. Conover, Practical Nonparametric Statistics, 3rd ed., 3.2). There is none below
 * 6 trials, and none when a trial was censored before the last end: its rank is then unknown.
 */
function medianBounds(observations: readonly Observation[]): Pick<MedianTime, "lo" | "hi"> {
  const n = observations.length;
  let r = 0;
  while (binomialAtMost(r, n, 0.5) <= 0.025) r += 1;
  const ends = observations
    .filter(({ ended }) => ended)
    .map(({ ms }) => ms)
    .sort((a, b) => a - b);
  const lastEnd = ends.at(-1) ?? 0;
  if (r < 1 || observations.some(({ ms, ended }) => !ended && ms < lastEnd)) return {};
  const [lo, hi] = [ends[r - 1], ends[n - r]];
  return { ...(lo !== undefined && { lo }), ...(hi !== undefined && { hi }) };
}

/** Area under the survival curve up to τ: the mean time within τ, where what did not end counts as τ (RMST). */
export function restrictedMeanTime(observations: readonly Observation[], tauMs: Ms): Ms {
  let [area, from, share] = [0, 0, 1];
  for (const step of survival(observations)) {
    if (step.ms >= tauMs) break;
    area += share * (step.ms - from);
    [from, share] = [step.ms, step.share];
  }
  return area + share * (tauMs - from);
}

// The mean time within τ, which a trial that never ended enters with τ; and its interval, from 20 trials on.

import type { Ms } from "../../core/units.ts";
import { clopperPearson } from "./clopper-pearson.ts";
import { survival } from "./kaplan-meier.ts";
import type { Observation } from "./kaplan-meier.ts";
import { z95 } from "./normal.ts";
import type { Refusal } from "./refusal.ts";

/** Fewest trials for a restricted mean (internals/measurement.md). */
const fewestTrials = 20;

/** Area under the survival curve up to τ, ms, and its standard error, ms. */
export interface RestrictedMean {
  readonly ms: Ms;
  readonly standardErrorMs: Ms;
}

/**
 * Area under the survival curve up to τ: the mean time within τ, where what did not end counts as τ (RMST). Standard
 * error by Greenwood's formula, Σ Aᵢ² dᵢ / (nᵢ (nᵢ − dᵢ)) with Aᵢ the area from the i-th end to τ (J. P. Klein, M. L.
 * Moeschberger, Survival Analysis, 2nd ed., 4.5; R's print.survfit(rmean = τ)). Of no trial it is τ: nothing ended.
 * RangeError for times that are not finite.
 */
export function restrictedMean(observations: readonly Observation[], tauMs: Ms): RestrictedMean {
  const steps = survival(observations).filter(({ ms }) => ms < tauMs);
  let [after, until, variance] = [0, tauMs, 0];
  for (const { ms, share, atRisk, ends } of steps.toReversed()) {
    after += share * (until - ms);
    if (ends < atRisk) variance += (after * after * ends) / (atRisk * (atRisk - ends));
    until = ms;
  }
  return { ms: after + until, standardErrorMs: Math.sqrt(variance) };
}

/** RMST(τ) with its 95 % interval, ms. */
export interface RestrictedMeanInterval {
  readonly ok: true;
  readonly ms: Ms;
  readonly lo: Ms;
  readonly hi: Ms;
}

/**
 * The normal interval of RMST(τ), widened to what the share of trials that never ended allows by itself: with m the
 * mean of those that ended, m + q (τ − m) for both Clopper–Pearson bounds of that share q. Alone the normal interval
 * knows nothing of a tail that it has not seen: when 1 of 20 never recovers, a third of all runs of 20 see none of it.
 * Refuses below 20 trials, when a trial was censored before τ, and when none ended by then.
 */
export function restrictedMeanInterval(
  observations: readonly Observation[],
  tauMs: Ms,
): RestrictedMeanInterval | Refusal {
  const n = observations.length;
  if (n < fewestTrials)
    return {
      ok: false,
      reason: `a restricted mean needs ${fewestTrials} trials, there ${n === 1 ? "is 1" : `are ${n}`}`,
    };
  const lost = observations.filter(({ ms, ended }) => !ended && ms < tauMs).length;
  if (lost > 0)
    return {
      ok: false,
      reason: `a restricted mean needs every trial watched until τ, ${lost === 1 ? "1 was" : `${lost} were`} not`,
    };
  const never = observations.filter(({ ms, ended }) => !ended || ms >= tauMs).length;
  if (never === n) return { ok: false, reason: "a restricted mean needs a trial that ended before τ, none did" };
  const { ms, standardErrorMs } = restrictedMean(observations, tauMs);
  const seen = (ms - (never / n) * tauMs) / (1 - never / n);
  const share = clopperPearson(never, n);
  const meanWith = (q: number): Ms => seen + q * (tauMs - seen);
  const lo = Math.min(ms - z95 * standardErrorMs, meanWith(share.lo));
  const hi = Math.max(ms + z95 * standardErrorMs, meanWith(share.hi));
  // A mean of times none of which is negative is not, either; none is above τ.
  const floor = Math.min(0, ...observations.map((one) => one.ms));
  return { ok: true, ms, lo: Math.max(floor, lo), hi: Math.min(tauMs, hi) };
}

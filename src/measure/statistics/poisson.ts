// How often does it happen by the hour? The exact interval of a rate of events, which says something even after none.

import { logFactorial } from "./log-factorial.ts";
import type { Interval } from "./normal.ts";
import type { Refusal } from "./refusal.ts";
import { fallingSum } from "./tail-sum.ts";

/** P(X ≤ events) for X ~ Poisson(mean); whole events, mean ≥ 0. */
export function poissonAtMost(events: number, mean: number): number {
  if (events < 0) return 0;
  if (mean <= 0) return 1;
  // Each side is summed away from the mean, where its terms fall; the other side follows as the rest.
  if (events <= mean)
    return Math.min(
      1,
      fallingSum(term(events, mean), (step) => (events - step) / mean, events + 1),
    );
  const above = fallingSum(term(events + 1, mean), (step) => mean / (events + step + 2), Infinity);
  return Math.max(0, 1 - above);
}

/** Events per hour with the exact interval. */
export interface Rate extends Interval {
  readonly ok: true;
  readonly perHour: number;
}

/**
 * Rate of `events` in `hours` with its exact interval (F. Garwood, Biometrika 28, 1936, 437–442): the lower bound is
 * the mean with P(X ≥ events) = α/2, the upper that with P(X ≤ events) = α/2, both by the hour. For a one-sided bound
 * at 95 % ask for confidence 0.9: none in T hours then gives at most 3.00/T. Refuses when nothing was watched; throws
 * RangeError for events that are no count or hours that are no duration.
 */
export function poissonRate(events: number, hours: number, confidence = 0.95): Rate | Refusal {
  if (!Number.isInteger(events) || events < 0)
    throw new RangeError(`a count of events is whole and ≥ 0, not ${events}`);
  if (!Number.isFinite(hours) || hours < 0) throw new RangeError(`a time watched is finite and ≥ 0, not ${hours} h`);
  if (hours === 0) return { ok: false, reason: "a rate needs time that was watched, there was none" };
  if (!(confidence > 0 && confidence < 1)) throw new RangeError(`a confidence lies within (0, 1), not ${confidence}`);
  const tail = (1 - confidence) / 2;
  const lo = events === 0 ? 0 : meanWhere((mean) => 1 - poissonAtMost(events - 1, mean) < tail, events);
  const hi = meanWhere((mean) => poissonAtMost(events, mean) > tail, events);
  return { ok: true, perHour: events / hours, lo: lo / hours, hi: hi / hours };
}

/** The mean at which `below` turns false, to the last bit; `events` is where to begin looking. */
function meanWhere(below: (mean: number) => boolean, events: number): number {
  let [lo, hi] = [0, events + 1];
  while (below(hi)) [lo, hi] = [hi, 2 * hi];
  for (let middle = (lo + hi) / 2; middle > lo && middle < hi; middle = (lo + hi) / 2) {
    if (below(middle)) lo = middle;
    else hi = middle;
  }
  return (lo + hi) / 2;
}

/** P(X = k). */
function term(k: number, mean: number): number {
  return Math.exp(k * Math.log(mean) - mean - logFactorial(k));
}

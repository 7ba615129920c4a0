// Do two sets of trials recover at the same pace? Trials that never recovered take part up to where they were watched.

import type { Observation } from "./kaplan-meier.ts";
import { normalBeyond } from "./normal.ts";
import type { Refusal } from "./refusal.ts";

/** How many of one set ended, and how many would have at the pace of both sets together. */
interface Ends {
  readonly observed: number;
  readonly expected: number;
}

/** The comparison; `observed` above `expected` means that this set was the quicker one. */
export interface LogRank {
  readonly ok: true;
  readonly first: Ends;
  readonly second: Ends;
  /** (observed − expected)² ÷ variance, one degree of freedom. */
  readonly chiSquare: number;
  /** Two-sided, from the chi-square distribution; not exact. */
  readonly p: number;
}

/**
 * Fewest expected ends in each set at which the chi-square distribution is near enough (W. G. Cochran, Biometrics 10,
 * 1954, 417–451).
 */
const fewestExpected = 5;

/**
 * Log-rank test of two independent sets (N. Mantel, Cancer Chemotherapy Reports 50, 1966, 163–170; R's survdiff with
 * rho = 0): at each time the ends are shared out by who was still going, with hypergeometric variance; who is censored
 * at a time of an end was still going. Refuses when either set is empty or expects fewer than 5 ends.
 */
export function logRank(first: readonly Observation[], second: readonly Observation[]): LogRank | Refusal {
  if (first.length === 0 || second.length === 0)
    return { ok: false, reason: "a log-rank test needs two sets of trials, one is empty" };
  const times = [...new Set([...first, ...second].filter(({ ended }) => ended).map(({ ms }) => ms))];
  let [expected, variance] = [0, 0];
  for (const time of times) {
    const [ends, atRisk] = [endsAt(first, time) + endsAt(second, time), going(first, time) + going(second, time)];
    const share = going(first, time) / atRisk;
    expected += ends * share;
    if (atRisk > 1) variance += (ends * share * (1 - share) * (atRisk - ends)) / (atRisk - 1);
  }
  const observed = first.filter(({ ended }) => ended).length;
  const total = observed + second.filter(({ ended }) => ended).length;
  const least = Math.min(expected, total - expected);
  // 1e-9 for the rounding of a sum of shares that is a whole number on paper.
  if (least < fewestExpected - 1e-9) {
    const found = (Math.floor(least * 10 + 1e-9) / 10).toFixed(1);
    return {
      ok: false,
      reason: `a log-rank test needs ${fewestExpected} expected ends in each set, there are ${found}`,
    };
  }
  if (variance <= 0) return { ok: false, reason: "a log-rank test needs ends at two times, all were at one" };
  const chiSquare = (observed - expected) ** 2 / variance;
  return {
    ok: true,
    first: { observed, expected },
    second: { observed: total - observed, expected: total - expected },
    chiSquare,
    p: normalBeyond(Math.sqrt(chiSquare)),
  };
}

function going(observations: readonly Observation[], time: number): number {
  return observations.filter(({ ms }) => ms >= time).length;
}

function endsAt(observations: readonly Observation[], time: number): number {
  return observations.filter(({ ms, ended }) => ended && ms === time).length;
}

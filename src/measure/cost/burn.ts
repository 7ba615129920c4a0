// How much of the error budget the disturbance burnt.

import type { Share } from "../../core/units.ts";
import type { TrialFacts } from "../../records/facts/facts.ts";
import type { Settled } from "../windows/settled-counts.ts";

/**
 * Burn = bad ÷ ((1 − slo) × expected) over the requests that settled while the budget was at stake; 1 means exactly the
 * budget of that time. Undefined when no request settled, or when the objective leaves no budget at all (slo ≥ 1).
 */
export function errorBudgetBurn({ bad, expected }: Settled, slo: Share): TrialFacts["burn"] {
  if (expected === 0 || slo >= 1) return undefined;
  return { bad, expected, slo, burn: bad / ((1 - slo) * expected) };
}

// How much of the error budget the disturbance burnt.

import type { Ms, Share } from "../core/units.ts";
import type { TrialFacts } from "../core/verdict.ts";
import type { SettledRequest } from "./requests.ts";

/**
 * Burn = bad ÷ ((1 − slo) × expected) over requests that settled in [from, to), ms; 1 means exactly the budget of that time.
 * Undefined when no request settled, or when the objective leaves no budget at all (slo ≥ 1).
 */
export function errorBudgetBurn(
  requests: readonly SettledRequest[],
  slo: Share,
  { from, to }: { readonly from: Ms; readonly to: Ms },
): TrialFacts["burn"] {
  const settled = requests.filter((request) => request.at >= from && request.at < to);
  const bad = settled.filter((request) => request.meaning !== "good").length;
  const expected = settled.length;
  if (expected === 0 || slo >= 1) return undefined;
  return { bad, expected, slo, burn: bad / ((1 - slo) * expected) };
}

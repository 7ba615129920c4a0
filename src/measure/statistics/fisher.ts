// Did fewer pass than before, or was it chance? Exact for any number of trials.

import { logFactorial } from "./log-factorial.ts";
import { checkCounts } from "./normal.ts";
import type { Count } from "./newcombe.ts";

/**
 * One-sided p of Fisher's exact test (R. A. Fisher, Statistical Methods for Research Workers, 1925; R's fisher.test
 * with alternative = "less"): with both totals and all hits given, the chance that the first has so few hits or fewer.
 * Throws RangeError for counts that are no shares.
 */
export function fisherFewer(first: Count, second: Count): number {
  checkCounts(first.hits, first.of);
  checkCounts(second.hits, second.of);
  const [hits, all] = [first.hits + second.hits, first.of + second.of];
  const least = Math.max(0, hits - second.of);
  let p = 0;
  for (let k = least; k <= first.hits; k += 1) {
    p += Math.exp(logChoose(first.of, k) + logChoose(second.of, hits - k) - logChoose(all, hits));
  }
  return Math.min(1, p);
}

function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

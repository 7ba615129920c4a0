// Exact binomial tails: from one trial to many millions, and free of approximations by the normal distribution.

import { logFactorial } from "./log-factorial.ts";
import { fallingSum } from "./tail-sum.ts";

/** P(X ≤ hits) for X ~ Binomial(of, p); 0 when hits < 0. Whole hits and of ≥ 0, p in [0, 1]. */
export function binomialAtMost(hits: number, of: number, p: number): number {
  if (hits < 0) return 0;
  if (hits >= of || p <= 0) return 1;
  if (p >= 1) return 0;
  const q = 1 - p;
  // Each side is summed away from the mean, where its terms fall; the other side follows as the rest.
  if (hits <= of * p) {
    return Math.min(
      1,
      fallingSum(term(hits, of, p), (step) => ((hits - step) * q) / ((of - hits + step + 1) * p), hits + 1),
    );
  }
  const from = hits + 1;
  const above = fallingSum(term(from, of, p), (step) => ((of - from - step) * p) / ((from + step + 1) * q), of - hits);
  return Math.max(0, 1 - above);
}

/** P(X = k). */
function term(k: number, of: number, p: number): number {
  const choose = logFactorial(of) - logFactorial(k) - logFactorial(of - k);
  return Math.exp(choose + k * Math.log(p) + (of - k) * Math.log1p(-p));
}

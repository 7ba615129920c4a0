// The one ingredient of exact binomial and Poisson sums, without overflow and without adding up a million logarithms.

/** Below this n the product itself is exact enough in a double; above, Stirling's series is. */
const seriesFrom = 60;

/**
 * Natural logarithm of n! for a whole n ≥ 0. From 60 on Stirling's series with three terms (M. Abramowitz, I. Stegun,
 * Handbook of Mathematical Functions, 6.1.41), whose first term left out, 1/(1680 n⁷), is below 1e-15.
 */
export function logFactorial(n: number): number {
  if (n < seriesFrom) {
    let product = 1;
    for (let i = 2; i <= n; i += 1) product *= i;
    return Math.log(product);
  }
  const series = 1 / (12 * n) - 1 / (360 * n ** 3) + 1 / (1260 * n ** 5);
  return (n + 0.5) * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI) + series;
}

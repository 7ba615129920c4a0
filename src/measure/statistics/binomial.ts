// Exact binomial tails, summed in logarithms: enough for thousands of trials and free of approximations.

/** Natural logarithms of 0! … n!. */
function logFactorials(n: number): number[] {
  const logs = [0];
  for (let i = 1; i <= n; i += 1) logs.push((logs[i - 1] ?? 0) + Math.log(i));
  return logs;
}

/** P(X ≤ hits) for X ~ Binomial(of, p); 0 when hits < 0. */
export function binomialAtMost(hits: number, of: number, p: number): number {
  if (hits < 0) return 0;
  if (hits >= of || p <= 0) return 1;
  if (p >= 1) return 0;
  const logs = logFactorials(of);
  let sum = 0;
  for (let k = 0; k <= hits; k += 1) {
    const choose = (logs[of] ?? 0) - (logs[k] ?? 0) - (logs[of - k] ?? 0);
    sum += Math.exp(choose + k * Math.log(p) + (of - k) * Math.log1p(-p));
  }
  return Math.min(1, sum);
}

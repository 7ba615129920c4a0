// Have the values drifted from what they were? The population stability index, held against what chance alone makes of
// it: a fixed bound such as 0.2 fires on every second healthy sample of 50.

export interface PsiTest {
  readonly psi: number;
  /** The index over 1/n + 1/m: under no drift it has about the chi-square law with bins − 1 degrees of freedom. */
  readonly statistic: number;
  readonly freedom: number;
  /** The chance of an index this high without drift. */
  readonly p: number;
}

/** Added to each count, so that a bin that one side has not filled does not make the index endless. */
const EMPTY = 0.5;

/**
 * Σ (p − q) ln(p/q) over bins that hold equal shares of the reference (Yurdakul and Naranjo 2020 for its law). Throws
 * for fewer than two bins or samples that are smaller than these.
 */
export function psiTest(reference: readonly number[], present: readonly number[], bins: number): PsiTest {
  if (bins < 2 || reference.length < bins || present.length < bins) {
    throw new Error(`${bins} bins need two of them at least, and as many values on both sides`);
  }
  const sorted = reference.toSorted((a, b) => a - b);
  const edges = [
    ...new Set(Array.from({ length: bins - 1 }, (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / bins)] ?? 0)),
  ];
  const shares = (values: readonly number[]): readonly number[] => {
    const counts = Array.from({ length: edges.length + 1 }, () => EMPTY);
    for (const value of values) {
      const bin = edges.filter((edge) => value >= edge).length;
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
    return counts.map((count) => count / (values.length + EMPTY * counts.length));
  };
  const [p, q] = [shares(reference), shares(present)];
  const psi = p.reduce((sum, share, i) => sum + (share - (q[i] ?? 0)) * Math.log(share / (q[i] ?? 1)), 0);
  const statistic = psi / (1 / reference.length + 1 / present.length);
  const freedom = edges.length;
  return { psi, statistic, freedom, p: chiSquareBeyond(statistic, freedom) };
}

/** P(X > x) of the chi-square law: the upper regularised gamma function Q(freedom/2, x/2). */
export function chiSquareBeyond(x: number, freedom: number): number {
  if (x <= 0) return 1;
  const [a, half] = [freedom / 2, x / 2];
  const front = Math.exp(a * Math.log(half) - half - logGamma(a));
  if (half < a + 1) {
    let [term, sum] = [1 / a, 1 / a];
    for (let n = 1; n < 1000 && term > sum * 1e-16; n += 1) {
      term *= half / (a + n);
      sum += term;
    }
    return 1 - front * sum;
  }
  // Lentz's continued fraction.
  let b = half + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let value = d;
  for (let n = 1; n < 1000; n += 1) {
    const an = -n * (n - a);
    b += 2;
    d = 1 / (an * d + b);
    c = b + an / c;
    value *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return front * value;
}

/** ln Γ of halves and wholes from 0.5 on, exact by recurrence. */
function logGamma(a: number): number {
  let [value, at] = a % 1 === 0 ? [0, 1] : [Math.log(Math.PI) / 2, 0.5];
  for (; at < a; at += 1) value += Math.log(at);
  return value;
}

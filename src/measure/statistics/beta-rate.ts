// What is known of a rate by trials that count in part, and what more trials would tell of it.

/** ψ(x) by its series from here on; the first term left out is below 1e-11. */
const seriesFrom = 12;

/**
 * The digamma function ψ(x) for x > 0: by ψ(x) = ψ(x + 1) − 1/x (M. Abramowitz, I. Stegun, Handbook of Mathematical
 * Functions, 6.3.5) up to 12, there by the asymptotic series (6.3.18).
 */
export function digamma(x: number): number {
  let [at, sum] = [x, 0];
  for (; at < seriesFrom; at += 1) sum -= 1 / at;
  const square = 1 / (at * at);
  return sum + Math.log(at) - 0.5 / at - square * (1 / 12 - square * (1 / 120 - square * (1 / 252 - square / 240)));
}

/** Weighted trials, passed and not; whole or not, from 0. */
export interface Tried {
  readonly passed: number;
  readonly failed: number;
}

/** The mean of the rate, with a uniform prior (Laplace's rule of succession): (passed + 1) ÷ (passed + failed + 2). */
export function meanRate({ passed, failed }: Tried): number {
  return (passed + 1) / (passed + failed + 2);
}

/** Of longer nights no more is counted: by then next to nothing is added. */
const mostTrials = 50;

/**
 * Bits that `trials` more trials are expected to tell of the rate: the mutual information between their outcomes and a
 * rate that is Beta(passed + 1, failed + 1) distributed; at most 50 trials count. By the chain rule the sum over trials
 * of what each adds (T. M. Cover, J. A. Thomas, Elements of Information Theory, 2nd ed., 2.5), which is the entropy of
 * its outcome less the expected entropy under the rate.
 */
export function bitsToCome({ passed, failed }: Tried, trials: number): number {
  const steps = Math.min(trials, mostTrials);
  // The chance of each number of passes among the trials so far.
  let chances = [1];
  let nats = 0;
  for (let done = 0; done < steps; done += 1) {
    const next = Array.from({ length: done + 2 }, () => 0);
    chances.forEach((chance, more) => {
      const [a, b] = [passed + 1 + more, failed + 1 + done - more];
      nats += chance * natsOfNext(a, b);
      next[more] = (next[more] ?? 0) + (chance * b) / (a + b);
      next[more + 1] = (next[more + 1] ?? 0) + (chance * a) / (a + b);
    });
    chances = next;
  }
  return nats / Math.LN2;
}

/** Of a rate that is Beta(a, b): E[−p ln p] is a/(a + b) · (ψ(a + b + 1) − ψ(a + 1)), and so on for 1 − p. */
function natsOfNext(a: number, b: number): number {
  const p = a / (a + b);
  const ofOutcome = -p * Math.log(p) - (1 - p) * Math.log1p(-p);
  const underRate = digamma(a + b + 1) - p * digamma(a + 1) - (1 - p) * digamma(b + 1);
  return Math.max(0, ofOutcome - underRate);
}

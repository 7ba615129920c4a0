// What the rounds of two builds say: medians with their intervals, and what of them misses its goal. Pure.

/** One fault in one round: ms from the harm to `detected` on the feed, undefined when it was not seen in time. */
export interface Sighting {
  readonly fault: string;
  readonly ms: number | undefined;
  /** What it was taken for. */
  readonly as: string | undefined;
  /** False: it was seen in a way that this fault is not about. */
  readonly counts: boolean;
}

export interface Summary {
  readonly n: number;
  readonly seen: number;
  readonly medianMs: number;
  /** 95 % interval of the median from order statistics, ms; not seen counts as endless. */
  readonly lowMs: number;
  readonly highMs: number;
}

/** Median and its distribution-free interval: order statistics of the binomial with p = ½ (David and Nagaraja 2003). */
export function summarise(times: readonly (number | undefined)[]): Summary {
  const sorted = times.map((ms) => ms ?? Infinity).sort((a, b) => a - b);
  const n = sorted.length;
  const at = (rank: number): number => sorted[rank - 1] ?? NaN;
  const middle = Math.floor(n / 2);
  const medianMs = n % 2 === 1 ? at(middle + 1) : (at(middle) + at(middle + 1)) / 2;
  const rank = lowerRank(n);
  const seen = sorted.filter(Number.isFinite).length;
  // Below six values no pair of them holds the median with 95 %.
  if (rank === 0) return { n, seen, medianMs, lowMs: -Infinity, highMs: Infinity };
  return { n, seen, medianMs, lowMs: at(rank), highMs: at(n + 1 - rank) };
}

/** The greatest r with P(B(n, ½) < r) ≤ 2.5 %. */
function lowerRank(n: number): number {
  let probability = 2 ** -n;
  let below = 0;
  for (let r = 0; r <= n; r += 1) {
    below += probability;
    if (below > 0.025) return r;
    probability *= (n - r) / (r + 1);
  }
  return 0;
}

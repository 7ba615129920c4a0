// Turns a feature of any unit into a score: how far it lies above its own past, in widths of that past's upper half.
// What was usual is learned from the series itself, so that one threshold serves all of them.
import type { Feature, Score } from "./series.ts";

export interface SurpriseRule {
  /** Values of the past that are remembered; Infinity: all. */
  readonly memory: number;
  /** The upper end of what is usual, as a quantile of the past (1: the highest value that was). */
  readonly quantile: number;
  /**
   * No width below this many standard deviations counts, so that a series that hardly moves does not become nervous.
   */
  readonly leastSigma: number;
}

/** Nothing is judged before this many values. */
const LEARN = 60;
/** Beyond this many widths all is the same. */
const HIGHEST = 60;
const LEAST_WIDTH = 1e-9;

/** log(1 + widths above the median); 0 below it. */
export function surpriseOf(feature: Feature, rule: SurpriseRule): Score {
  const past = createPast(rule.memory);
  return (sample) => {
    const value = feature(sample);
    if (Number.isNaN(value)) return 0;
    let score = 0;
    if (past.count() >= LEARN) {
      const middle = past.quantile(0.5);
      const width = Math.max(past.quantile(rule.quantile) - middle, rule.leastSigma * past.sigma(), LEAST_WIDTH);
      score = Math.log1p(Math.min(HIGHEST, Math.max(0, (value - middle) / width)));
    }
    past.add(value);
    return score;
  };
}

interface Past {
  /** Values that are remembered. */
  count(): number;
  quantile(share: number): number;
  /** Standard deviation of all values that ever were (Welford 1962). */
  sigma(): number;
  add(value: number): void;
}

function createPast(memory: number): Past {
  const sorted: number[] = [];
  const queue: number[] = [];
  let oldest = 0;
  let seen = 0;
  let mean = 0;
  let squares = 0;
  return {
    count: () => sorted.length,
    quantile: (share) => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN,
    sigma: () => Math.sqrt(squares / Math.max(1, seen)),
    add(value) {
      sorted.splice(placeOf(sorted, value), 0, value);
      if (Number.isFinite(memory)) {
        queue.push(value);
        if (queue.length - oldest > memory) {
          sorted.splice(placeOf(sorted, queue[oldest] ?? 0), 1);
          oldest += 1;
        }
      }
      seen += 1;
      const off = value - mean;
      mean += off / seen;
      squares += off * (value - mean);
    },
  };
}

/** The first place whose value is not below. */
function placeOf(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

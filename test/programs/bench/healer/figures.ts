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

/** What the rounds of one build have shown. */
export interface Shown {
  readonly faults: readonly {
    readonly name: string;
    readonly goalMs: number;
    readonly times: readonly (number | undefined)[];
  }[];
  readonly falseAlarms: number;
  /** How long nothing was wrong, s. */
  readonly quietS: number;
  readonly longestGapMs: number;
  /** Of one core, at rest. */
  readonly cpuShare: number;
  readonly memoryMiB: number;
}

export interface Goal {
  readonly what: string;
  readonly reached: string;
  readonly goal: string;
  /** `median only`: kept, but the interval of the median reaches beyond it. */
  readonly state: "kept" | "median only" | "missed";
}

const MOST_GAP_MS = 50;
const MOST_CPU = 0.05;
const MOST_MIB = 150;

/** Each goal of the healer's figures, and whether it was kept. A fault that no round counts for is missed. */
export function goalsOf(shownBy: Shown): readonly Goal[] {
  const upTo = (what: string, value: number, most: number, unit: (value: number) => string): Goal => {
    return { what, reached: unit(value), goal: `goal ${unit(most)}`, state: value <= most ? "kept" : "missed" };
  };
  return [
    ...shownBy.faults.map(({ name, goalMs, times }): Goal => {
      const { medianMs, highMs } = summarise(times);
      const state = !(medianMs <= goalMs) ? "missed" : highMs <= goalMs ? "kept" : "median only";
      return { what: name, reached: `median ${shown(medianMs)}`, goal: `goal ${shown(goalMs)}`, state };
    }),
    upTo(`false alarms in ${shownBy.quietS} s without a fault`, shownBy.falseAlarms, 0, String),
    upTo("longest time between two beats", shownBy.longestGapMs, MOST_GAP_MS, (ms) => `${ms.toFixed(0)} ms`),
    upTo("healer's share of one core, median", shownBy.cpuShare, MOST_CPU, (share) => `${(100 * share).toFixed(1)} %`),
    upTo("healer's memory, at most", shownBy.memoryMiB, MOST_MIB, (size) => `${size.toFixed(0)} MiB`),
  ];
}

/** A time in s, as the bench prints it. */
export function shown(ms: number | undefined): string {
  if (ms === undefined || Number.isNaN(ms)) return "not seen";
  return Number.isFinite(ms) ? `${(ms / 1000).toFixed(2)} s` : ms > 0 ? "∞" : "−∞";
}

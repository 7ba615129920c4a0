// What one `npm start` took, and what the rounds of two builds say together.

/**
 * Of one start, in s from its begin. `firstVerdict` is absent when none was written, `end` when it did not come to its
 * own end.
 */
export interface StartTimes {
  readonly firstVerdict?: number;
  readonly end?: number;
}

/** One round: the same machine, minutes apart. */
export interface Round {
  readonly before: StartTimes;
  readonly now: StartTimes;
}

/** Ratios of this build to the one before, round by round, and their median. */
export interface Ratios {
  readonly each: readonly number[];
  readonly median: number;
}

/** Of `firstVerdict` or `end`; a round in which one of both is missing is left out. */
export function ratiosOf(rounds: readonly Round[], what: "firstVerdict" | "end"): Ratios {
  const each = rounds.flatMap(({ before, now }) => {
    const [a, b] = [before[what], now[what]];
    return a === undefined || b === undefined ? [] : [b / a];
  });
  return { each, median: medianOf(each) };
}

/** NaN of nothing. */
function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? Number.NaN) + high) / 2;
}

/** `0.42× (0.40, 0.42, 0.45)` */
export function ratioText({ each, median }: Ratios): string {
  return each.length === 0 ? "none" : `${median.toFixed(2)}× (${each.map((one) => one.toFixed(2)).join(", ")})`;
}

// What a statistic says when it may not speak: too few trials are no error, and their answer is not a number.

/** `reason` is a clause that a report can print, e.g. `a median interval needs 6 trials, there are 3`. */
export interface Refusal {
  readonly ok: false;
  readonly reason: string;
}

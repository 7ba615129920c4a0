// Published samples of times, part of them censored, on which printed results of others rest.

import type { Observation } from "../../../../src/measure/statistics/kaplan-meier.ts";

export const ended = (ms: number): Observation => ({ ms, ended: true });
export const censored = (ms: number): Observation => ({ ms, ended: false });

/**
 * Remission in weeks under 6-MP (E. J. Freireich et al., Blood 21, 1963, 699–716), as in Gehan 1965 and every textbook
 * since.
 */
export const freireichTreated = [
  ...[6, 6, 6, 7, 10, 13, 16, 22, 23].map(ended),
  ...[6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35].map(censored),
];

/** The same under placebo. */
export const freireichUntreated = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23].map(ended);

/** `aml` of R's package survival (R. G. Miller, Survival Analysis, 1981): maintained chemotherapy, weeks. */
export const amlMaintained = [...[9, 13, 18, 23, 31, 34, 48].map(ended), ...[13, 28, 45, 161].map(censored)];

/** The same, not maintained. */
export const amlNonmaintained = [...[5, 5, 8, 8, 12, 23, 27, 30, 33, 43, 45].map(ended), censored(16)];

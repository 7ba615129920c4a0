// When enough trials were run: fixed before the run, so that nobody stops where the figures happen to look best.

import type { Ms, Share } from "./units.ts";
import type { TrialResult } from "./verdict.ts";

/** As many trials in each arm as are needed: at least, at most, and what "needed" means. */
export interface Stopping {
  readonly least: number;
  readonly most: number;
  /** Enough once the 95 % interval of what the arms are compared by is no wider than this. */
  readonly width: Share;
  /** No further block of trials begins once the intent's trials took this long together; absent: no such limit. */
  readonly budgetMs?: Ms;
}

/** Wide, but it can be met: with 8 of 8 against 0 of 8 Newcombe's interval is 0.46 wide. */
export const defaultWidth: Share = 0.5;

/** Fewest trials in each arm when only the most are said: one alone shows no spread. */
export const defaultLeast = 2;

/** Asked after each block; must itself leave out what is no evidence (inconclusive, invalid, residue). */
export type Enough = (trials: readonly TrialResult[], stopping: Stopping) => Sufficiency;

export interface Sufficiency {
  readonly enough: boolean;
  /** A clause with the numbers that led to it. */
  readonly because: string;
}

/** Why an intent got no more trials than it did. */
export interface Stopped {
  readonly because: string;
  /** Trials that were run in each arm. */
  readonly trials: number;
  readonly most: number;
}

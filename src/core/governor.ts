// What the governor of `--jobs` did, as a run keeps it.

import type { Ms } from "./units.ts";

/** From `atMs` after the start of the first trial on, at most `jobs` trials began side by side. */
export interface GovernorChange {
  readonly atMs: Ms;
  readonly jobs: number;
  readonly because: string;
}

/** How many trials were asked for side by side, how many there ever were, and what was changed on the way. */
export interface Governed {
  readonly jobs: number;
  readonly mostAtOnce: number;
  readonly changes: readonly GovernorChange[];
}

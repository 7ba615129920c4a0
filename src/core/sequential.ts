// Stopping when enough is known: part of a plan, since whoever judges must know that the results were looked at more
// than once.

import type { Share } from "./units.ts";

/** How a run may end before its last trial. */
export interface Sequential {
  /** Trials in each arm at most, whatever comes of them. */
  readonly most: number;
  /** Most looks at the results after which the run might end; all of them share the error that one look may have. */
  readonly looks: number;
  /** The interval of the recovery rate shall be no wider than this; absent: its width is not asked. */
  readonly width?: Share;
}

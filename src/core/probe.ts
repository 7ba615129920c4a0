// A probe looks; a reading is what it saw. Not seen is not bad: a reading says so itself.

import type { Reading } from "../records/timeline/reading.ts";
import type { Ms } from "./units.ts";

/** A state probe: looks at the target once, directly (never through the target's own metrics or our fault proxies). */
export interface Probe {
  /** Dotted name as used in expressions, e.g. `replicas.vector`. */
  readonly name: string;
  readonly everyMs: Ms;
  /** What a look sees may be older than the look by this; 0 when absent. */
  readonly lagMs?: Ms;
  look(signal: AbortSignal): Promise<Reading>;
}

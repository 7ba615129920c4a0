// Time comes in by the door: rooms that need "now" take a Clock, so tests can hand them any time they like.

import type { Ms } from "./units.ts";

/** A monotonic clock. `now()` is in milliseconds since the clock's epoch and never goes back. */
export interface Clock {
  now(): Ms;
}

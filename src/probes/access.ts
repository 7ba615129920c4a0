// The time that one look has.

import type { Ms } from "../core/units.ts";

/** One look has this long; a look that takes longer has seen nothing (or, for health, seen no health). */
export function lookSignal(signal: AbortSignal, timeoutMs: Ms): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
}

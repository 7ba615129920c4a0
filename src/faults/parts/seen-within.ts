// Looks again and again until something is seen: effects take a moment, and a fixed sleep is either too long or too
// short.

import { setTimeout as delay } from "node:timers/promises";
import type { Ms } from "../../core/units.ts";

/** True as soon as `look` is true; false after `withinMs`. Throws when the signal ends it. */
export async function seenWithin(
  withinMs: Ms,
  signal: AbortSignal,
  look: () => Promise<boolean>,
  everyMs: Ms = 10,
): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    if (await look()) return true;
    if (performance.now() >= deadline) return false;
    await delay(everyMs, undefined, { signal });
  }
}

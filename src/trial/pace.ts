// Watches the harness itself: how late its own timers fire, so that a slow harness says inconclusive, never pass.

import { paceEveryMs } from "../measure/cost/pace-bounds.ts";
import type { Emit, TrialClock } from "./ports.ts";
import { pause } from "./pause.ts";

/**
 * Samples the conductor's own timer lag until the signal; writes the worst of every second, and every second at least
 * once.
 */
export async function watchPace(clock: TrialClock, record: Emit, signal: AbortSignal): Promise<void> {
  let worst = 0;
  let since = clock.now();
  while (!signal.aborted) {
    const before = clock.now();
    await pause(paceEveryMs, signal);
    if (signal.aborted) return;
    worst = Math.max(worst, clock.now() - before - paceEveryMs);
    if (clock.now() - since >= 1000) {
      record({ kind: "pace", lagMs: worst });
      worst = 0;
      since = clock.now();
    }
  }
}

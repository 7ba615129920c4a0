// Waiting that ends early when its signal says so, instead of throwing.

import { setTimeout as delay } from "node:timers/promises";
import type { Ms } from "../core/units.ts";

/** Resolves after `ms`, or at once when `signal` is or becomes aborted; never rejects. */
export async function pause(ms: Ms, signal?: AbortSignal): Promise<void> {
  try {
    await delay(Math.max(0, ms), undefined, signal ? { signal } : {});
  } catch {
    // Ended early on purpose: whoever holds the signal knows why.
  }
}
